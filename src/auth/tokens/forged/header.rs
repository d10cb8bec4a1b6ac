//! Forged headers: other algorithms, types and keys, and unknown fields.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{Add, Mint};

pub(super) fn algorithms(mint: &Mint, add: Add) {
    for alg in ["none", "None", "NONE", "nOnE", "", "EDDSA", "eddsa", "Ed25519", "EdDSA ", "Ed448"]
    {
        add(&format!("alg {alg:?}"), "algorithm", mint.with_header("alg", json!(alg)));
    }
    let unsigned = mint.with_alg("none", |_| Vec::new());
    add("alg none, no signature", "shape", unsigned.clone());
    add("alg none, two parts", "shape", unsigned.trim_end_matches('.').to_owned());
    let public = mint.pair.public_key().as_ref();
    let x = URL_SAFE_NO_PAD.encode(public);
    for (name, secret) in
        [("raw public key", public), ("x of the JWKS", x.as_bytes()), ("nothing", b"")]
    {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let token = mint.with_alg("HS256", |message| hmac::sign(&key, message).as_ref().to_vec());
        add(&format!("HS256 keyed with the {name}"), "algorithm", token);
    }
    let rng = SystemRandom::new();
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let es256 = |message: &[u8]| p256.sign(&rng, message).unwrap().as_ref().to_vec();
    add("ES256", "algorithm", mint.with_alg("ES256", es256));
    let rsa = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let rs256 = |message: &[u8]| {
        let mut out = vec![0; rsa.public_modulus_len()];
        rsa.sign(&RSA_PKCS1_SHA256, &rng, message, &mut out).unwrap();
        out
    };
    add("RS256", "algorithm", mint.with_alg("RS256", rs256));
    for alg in [json!(["EdDSA"]), json!(null), json!(1), json!({ "EdDSA": true })] {
        add(&format!("alg {alg}"), "header", mint.with_header("alg", alg));
    }
}

pub(super) fn fields(mint: &Mint, add: Add) {
    for typ in
        ["JWT", "AT+JWT", "at+JWT", "application/at+jwt", "preview+jwt", "at+jwt ", "jwt", ""]
    {
        add(&format!("typ {typ:?}"), "type", mint.with_header("typ", json!(typ)));
    }
    add("no typ", "header", mint.with_header("typ", Value::Null));
    add("typ an array", "header", mint.with_header("typ", json!(["at+jwt"])));
    for kid in ["", "unknown", "../../../etc/passwd", "/dev/zero", "' OR 1=1 --", "\0", "%00"] {
        add(&format!("kid {kid:?}"), "unknown_key", mint.with_header("kid", json!(kid)));
    }
    let with_suffix = |suffix: &str| json!(format!("{}{suffix}", mint.kid));
    add("kid with .pem", "unknown_key", mint.with_header("kid", with_suffix(".pem")));
    add("kid with NUL", "unknown_key", mint.with_header("kid", with_suffix("\0")));
    add(
        "kid in a folder",
        "unknown_key",
        mint.with_header("kid", json!(format!("./{}", mint.kid))),
    );
    add(
        "kid in upper case",
        "unknown_key",
        mint.with_header("kid", json!(mint.kid.to_uppercase() + "A")),
    );
    add("kid of 65 bytes", "header", mint.with_header("kid", json!("k".repeat(65))));
    add("kid of 2 KiB", "header", mint.with_header("kid", json!("k".repeat(2048))));
    add("kid of 1 MiB", "size", mint.with_header("kid", json!("k".repeat(1 << 20))));
    add("no kid", "header", mint.with_header("kid", Value::Null));
    add("kid a number", "header", mint.with_header("kid", json!(1)));
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(mint.pair.public_key()) });
    for (field, value) in [
        ("crit", json!(["b64"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
        ("unknown", json!(1)),
    ] {
        add(&format!("header {field}: {value}"), "header", mint.with_header(field, value));
    }
    let good = mint.header().to_string();
    let claims = mint.claims().to_string();
    let inside = good.trim_matches(['{', '}']);
    for (name, header) in [
        ("alg twice", format!(r#"{{"alg":"none",{inside}}}"#)),
        ("kid twice", format!(r#"{{{inside},"kid":"{}"}}"#, mint.kid)),
        ("typ twice", format!(r#"{{{inside},"typ":"at+jwt"}}"#)),
        ("alg twice, once escaped", format!(r#"{{"\u0061lg":"none",{inside}}}"#)),
        ("header an array", json!(["EdDSA", "at+jwt", mint.kid]).to_string()),
        ("header a string", json!(good).to_string()),
        ("header null", "null".to_owned()),
        ("header two objects", format!("{good}{good}")),
        ("header with a byte order mark", format!("\u{feff}{good}")),
        ("header with NUL behind", format!("{good}\0")),
        (
            "header nested deeply",
            format!(r#"{{{inside},"a":{}1{}}}"#, "[".repeat(900), "]".repeat(900)),
        ),
        ("header cut off", good[..good.len() - 1].to_owned()),
    ] {
        add(name, "header", mint.sign(header, &claims));
    }
    add("header not UTF-8", "header", mint.sign(b"{\"alg\":\"\xff\"}", &claims));
}
