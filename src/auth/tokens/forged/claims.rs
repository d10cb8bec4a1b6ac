//! Forged claims: missing, duplicated, of the wrong type, of another issuer or out of time.

use serde_json::{Value, json};

use super::{Add, Mint, set};

pub(super) fn claims(mint: &Mint, add: Add) {
    let fields = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "role", "sid"];
    let header = mint.header().to_string();
    let good = mint.claims().to_string();
    for field in fields {
        add(&format!("no {field}"), "claims", mint.with_claim(field, Value::Null));
        let marked = set(mint.claims(), field, json!("MARK"));
        let null = marked.replace(r#""MARK""#, "null");
        add(&format!("{field} null"), "claims", mint.sign(&header, null));
        for odd in [json!(true), json!({ "a": 1 }), json!([[]]), json!(1.5)] {
            add(&format!("{field} {odd}"), "claims", mint.with_claim(field, odd));
        }
        let twice = good.replacen('{', &format!("{{\"{field}\":\"1\","), 1);
        add(&format!("{field} twice"), "claims", mint.sign(&header, twice));
    }
    values(mint, add);
    let array: Vec<Value> = fields.iter().map(|field| mint.claims()[field].clone()).collect();
    for (name, claims) in [
        ("claims an array", json!(array).to_string()),
        ("claims a string", json!(good).to_string()),
        ("claims a number", "1".to_owned()),
        ("claims empty", String::from("{}")),
        ("claims cut off", good[..good.len() - 1].to_owned()),
        ("claims two objects", format!("{good}{good}")),
        ("claims a token", mint.good()),
        ("claims nested deeply", "[".repeat(2000)),
    ] {
        add(name, "claims", mint.sign(&header, claims));
    }
    let (before, after) = good.split_once("admin").unwrap();
    let not_utf8 = [before.as_bytes(), b"\xff", after.as_bytes()].concat();
    add("claims not UTF-8", "claims", mint.sign(&header, not_utf8));
    let preview = json!({
        "iss": mint.issuer, "aud": format!("{}#preview", mint.audience), "sub": "1",
        "sid": "1", "exp": mint.now + 3600, "nbf": mint.now, "iat": mint.now, "jti": "j",
    });
    let typ = set(mint.header(), "typ", json!("preview+jwt"));
    add("a preview token", "type", mint.sign(typ, preview.to_string()));
    add("a preview token dressed as access", "audience", mint.sign(&header, preview.to_string()));
}

/// Claims of the right type with wrong values, and of types that a lenient parser accepts.
fn values(mint: &Mint, add: Add) {
    let (iss, aud) = (json!(mint.issuer), json!(mint.audience));
    for (field, value, reason) in [
        ("iss", json!([iss]), "claims"),
        ("iss", json!("https://evil.example"), "issuer"),
        ("iss", json!(format!("{}/", mint.issuer)), "issuer"),
        ("iss", json!(mint.issuer.to_uppercase()), "issuer"),
        ("iss", json!(""), "issuer"),
        ("aud", json!([aud]), "claims"),
        ("aud", json!([aud, "https://evil.example"]), "claims"),
        ("aud", json!([]), "audience"),
        ("aud", json!("https://evil.example"), "audience"),
        ("aud", json!(format!("{}#preview", mint.audience)), "audience"),
        ("sub", json!(1), "claims"),
        ("sub", json!("0"), "claims"),
        ("sub", json!("-1"), "claims"),
        ("sub", json!("+1"), "claims"),
        ("sub", json!("01"), "claims"),
        ("sub", json!(" 1"), "claims"),
        ("sub", json!("١"), "claims"),
        ("sub", json!("1\0"), "claims"),
        ("sub", json!("1e0"), "claims"),
        ("sub", json!("9223372036854775808"), "claims"),
        ("sid", json!(1), "claims"),
        ("sid", json!("-1"), "claims"),
        ("role", json!(""), "claims"),
        ("role", json!("Admin"), "claims"),
        ("role", json!(["admin"]), "claims"),
        ("role", json!("a".repeat(33)), "claims"),
        ("jti", json!(""), "claims"),
        ("jti", json!("j".repeat(65)), "claims"),
    ] {
        let shown: String = value.to_string().chars().take(40).collect();
        add(&format!("{field} is {shown}"), reason, mint.with_claim(field, value));
    }
}

pub(super) fn times(mint: &Mint, add: Add) {
    let now = mint.now;
    let header = mint.header().to_string();
    for (iat, nbf, exp, reason) in [
        (now - 605, now - 605, now - 5, "expired"),
        (now - 86_400, now - 86_400, now - 85_800, "expired"),
        (0, 0, 1, "expired"),
        (-2, -2, -1, "expired"),
        (now, now + 6, now + 600, "early"),
        (now, i64::MAX, now + 600, "early"),
        (now + 6, now, now + 600, "early"),
        (now + 86_400, now + 86_400, now + 87_000, "early"),
        (now, now, now + 601, "lifetime"),
        (now, now, now + 86_400 * 365, "lifetime"),
        (now, now, now, "lifetime"),
        (now, now, now - 1, "lifetime"),
        (now, now, i64::MAX, "lifetime"),
        (i64::MIN, now, now + 600, "lifetime"),
        (i64::MIN, i64::MIN, i64::MAX, "lifetime"),
        (i64::MAX, now, i64::MIN, "lifetime"),
        (now * 1000, now * 1000, (now + 600) * 1000, "lifetime"),
        (now * 1000, now * 1000, now * 1000 + 600, "early"),
    ] {
        let mut claims = mint.claims();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(iat), json!(nbf), json!(exp));
        // The library reads unsigned times only, so it refuses negative ones first.
        let reason = if exp < 0 || nbf < 0 { "claims" } else { reason };
        let name = format!("iat {iat}, nbf {nbf}, exp {exp}");
        add(&name, reason, mint.sign(&header, claims.to_string()));
    }
    for field in ["exp", "nbf", "iat"] {
        let good = mint.claims()[field].as_i64().unwrap();
        for odd in [
            format!("\"{good}\""),
            format!("{good}.0"),
            format!("{good}.5"),
            format!("{good}e0"),
            "1e400".into(),
            "18446744073709551615".into(),
            "1e18".into(),
            format!("[{good}]"),
            "NaN".into(),
            format!("0{good}"),
            format!("+{good}"),
            "9223372036854775808".into(),
        ] {
            let claims = mint.claims().to_string();
            let odd_claims =
                claims.replace(&format!("\"{field}\":{good}"), &format!("\"{field}\":{odd}"));
            assert_ne!(claims, odd_claims);
            add(&format!("{field} written {odd}"), "claims", mint.sign(&header, odd_claims));
        }
    }
}
