//! Malformed tokens and forged signatures.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

use super::{Add, Mint, set};

pub(super) fn shapes(mint: &Mint, add: Add) {
    let good = mint.good();
    let parts: Vec<&str> = good.split('.').collect();
    let (h, c, s) = (parts[0], parts[1], parts[2]);
    for (name, token) in [
        ("empty", String::new()),
        ("two dots", "..".into()),
        ("no dot", good.replace('.', "")),
        ("four parts", format!("{good}.{s}")),
        ("five parts, as of a JWE", format!("{h}.{c}.{s}.{c}.{s}")),
        ("no header", format!(".{c}.{s}")),
        ("no claims", format!("{h}..{s}")),
        ("no signature", format!("{h}.{c}.")),
        ("dot behind", format!("{good}.")),
        ("dot before", format!(".{good}")),
        ("space before", format!(" {good}")),
        ("space behind", format!("{good} ")),
        ("newline behind", format!("{good}\n")),
        ("newline inside", format!("{h}.{c}.\r\n{s}")),
        ("NUL behind", format!("{good}\0")),
        ("Bearer before", format!("Bearer {good}")),
        ("quoted", format!("\"{good}\"")),
        ("two tokens", format!("{good},{good}")),
        ("percent-encoded dots", good.replace('.', "%2e")),
        ("full-width dots", good.replace('.', "．")),
        ("JWS in JSON form", json!({ "protected": h, "payload": c, "signature": s }).to_string()),
        ("padded signature", format!("{good}==")),
        ("standard base64", format!("{h}.{c}.{}", "+/".repeat(43))),
    ] {
        add(name, "shape", token);
    }
    // Trailing space is allowed in JSON, so any length modulo 3 can be had.
    let spaced = |json: serde_json::Value, rest| {
        let mut text = json.to_string();
        while text.len() % 3 != rest {
            text.push(' ');
        }
        text
    };
    let padded = URL_SAFE.encode(spaced(mint.header(), 2));
    add("padded header, signed", "shape", mint.sign_parts(&padded, c));
    let padded = URL_SAFE.encode(spaced(mint.claims(), 1));
    add("padded claims, signed", "shape", mint.sign_parts(h, &padded));
    // Whole groups of four and one more letter, which makes no byte.
    let whole = URL_SAFE_NO_PAD.encode(spaced(mint.header(), 0));
    add("header of an impossible length", "shape", mint.sign_parts(&format!("{whole}A"), c));
    let whole = URL_SAFE_NO_PAD.encode(spaced(mint.claims(), 0));
    add("claims of an impossible length", "shape", mint.sign_parts(h, &format!("{whole}A")));
    add("8 MiB of claims", "size", mint.with_claim("pad", json!("x".repeat(8 << 20))));
    add("8 MiB of dots", "size", ".".repeat(8 << 20));
    add("one byte too many", "size", "a".repeat(4097));
}

pub(super) fn signatures(mint: &Mint, add: Add) {
    let good = mint.good();
    let (message, encoded) = good.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
    let mut with = |name: &str, bytes: &[u8]| {
        add(name, "signature", format!("{message}.{}", URL_SAFE_NO_PAD.encode(bytes)));
    };
    with("signature of zeros", &[0; 64]);
    with("signature of one byte", &[0]);
    with("signature cut by a byte", &bytes[..63]);
    with("signature longer by a byte", &[bytes.as_slice(), &[0]].concat());
    with("signature twice", &[bytes.as_slice(), &bytes].concat());
    for bit in [0, 255, 256, 511] {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        with(&format!("bit {bit} of the signature flipped"), &flipped);
    }
    with("signature with the group order added", &add_group_order(&bytes));
    let other = Ed25519KeyPair::generate().unwrap();
    with("another key under the same kid", other.sign(message.as_bytes()).as_ref());
    let claims = set(mint.claims(), "jti", json!("k"));
    let (header, _) = message.split_once('.').unwrap();
    let swapped = format!("{header}.{}.{encoded}", URL_SAFE_NO_PAD.encode(claims));
    add("claims exchanged", "signature", swapped);
    // 64 bytes leave four bits of the last letter unused. They must be zero, or one token would
    // have sixteen spellings and a revoked one could be respelt.
    let last = encoded.chars().next_back().unwrap();
    let next = char::from(u8::try_from(u32::from(last)).unwrap() + 1);
    add("stray bits in the signature", "shape", format!("{}{next}", &good[..good.len() - 1]));
}

/// S + L verifies wherever the check S < L is missing (RFC 8032 §5.1.7).
fn add_group_order(signature: &[u8]) -> Vec<u8> {
    let order = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    let mut out = signature.to_vec();
    let mut carry = 0;
    for (i, byte) in out[32..].iter_mut().enumerate() {
        let sum =
            u16::from(*byte) + u16::from_str_radix(&order[2 * i..2 * i + 2], 16).unwrap() + carry;
        *byte = (sum & 255) as u8;
        carry = sum >> 8;
    }
    out
}
