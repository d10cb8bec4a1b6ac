//! The fuzz target's body, run with random text on any toolchain. For a longer run:
//! `MAQAL_FUZZ_CASES=1000000 cargo test --release --lib text::tests::fuzz`.

use proptest::prelude::*;

use super::folding::hard_text;
use crate::text;

#[path = "../../../fuzz/body.rs"]
mod body;

fn cases() -> u32 {
    std::env::var("MAQAL_FUZZ_CASES").map_or(1500, |cases| cases.parse().expect("a number"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn fuzz_body_accepts_any_text_and_query(
        lang in any::<u8>(),
        typed in prop_oneof![hard_text(), "[-−*\"«»“”„a-c اوعبدلم\u{200f}]{0,60}"],
        written in hard_text(),
    ) {
        body::check(lang, &typed, &written);
    }
}
