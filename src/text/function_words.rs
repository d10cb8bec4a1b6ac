//! Function words, which carry grammar but no topic: في, هل, كم, the, for.
//!
//! A query «كم مقعدا في البلدية» asks for seats and council, and the article with the answer lacks
//! كم. The words are listed, not counted, since on a young site every word is frequent.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::fold::fold;
use super::lang::Lang;
use super::stem::{is_arabic, is_listed};

/// Prepositions, conjunctions, pronouns, particles, question words and auxiliaries, also with
/// pronouns. Excludes words that folding makes ambiguous: أم (mother), ضد, ذات, نحو.
const ARABIC: &str = "
    في من إلى على عن مع منذ حتى عند عندما لدى بين خلال بعد قبل حول دون عبر
    فيه فيها فيهم منه منها منهم إليه إليها عليه عليها عليهم عنه عنها معه معها به بها بهم له لها لهم لديه لديها بينها بينهم
    و أو ثم بل لكن إذا لو كما حيث كي لكي لأن لأنه لأنها إن أن إنه إنها أنه أنها إنهم أنهم
    هل ما ماذا لماذا متى أين كيف كم أي أية ممن مما عما فيما بما لما لم لن لا ليس ليست قد سوف إلا أيضا فقط كل
    هذا هذه ذلك تلك هؤلاء هنا هناك الذي التي الذين هو هي هم كان كانت يكون تكون كانوا يا غير
    فإن فإنه فإنها فهل فمن ففي فما فلا فهو فهي فلم فلن";

/// Folded words by language. Excludes words that are a name or a noun in capitals or without their
/// accents, for example "us", "it", "may", été and est.
const OTHERS: &[(&str, &str)] = &[
    (
        "en",
        "a an the of in on at to for from by with about into and or but if as is are was were be been \
         do does did has have had what when where why how which that this these those there its their",
    ),
    (
        "fr",
        "le la les un une des du de a au aux en dans sur par pour avec sans et ou mais que qui quoi \
         quand comment pourquoi quel quelle quels quelles ce cet cette ces se sa ses son leur leurs",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei \
         mit nach von vom zu zum zur fur uber ist sind war was wer wie wo wann warum welche welcher",
    ),
    (
        "es",
        "el la los las un una unos unas de del a al en con por para sin y o pero que quien como cuando \
         donde cual es son se su sus lo este esta estos estas",
    ),
    (
        "it",
        "il lo la i gli le un uno una di del della dei delle a al alla in nel nella con per da su e o ma \
         che chi come quando dove perche quale si sono",
    ),
    (
        "pt",
        "o a os as um uma de do da dos das em no na nos nas com por para sem e ou mas que quem como \
         quando onde qual se sua seu",
    ),
];

static ARABIC_WORDS: LazyLock<HashSet<String>> =
    LazyLock::new(|| ARABIC.split_whitespace().map(fold).collect());

/// True for a folded function word of Arabic or of one of the languages.
pub(super) fn is_function_word(word: &str, langs: &[Lang]) -> bool {
    if is_arabic(word) {
        // The conjunction is attached to the next word, but وهم is also an illusion.
        let joined = || word.strip_prefix('و').filter(|_| !is_listed(word));
        return ARABIC_WORDS.contains(word)
            || joined().is_some_and(|rest| ARABIC_WORDS.contains(rest));
    }
    let is_in = |list: &str| list.split_whitespace().any(|listed| listed == word);
    OTHERS.iter().any(|(of, list)| langs.iter().any(|lang| lang.language() == *of) && is_in(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_words_are_recognised_and_content_words_are_not() {
        let langs = ["ar", "en", "fr"].map(|tag| Lang::parse(tag).unwrap());
        for word in
            ["في", "فِي", "وفي", "هل", "كم", "وكم", "إلى", "الى", "علي", "the", "The", "dans"]
        {
            assert!(is_function_word(&fold(word), &langs), "{word}");
        }
        for word in ["وهم", "أم", "قطار", "ولاء", "فيل", "us", "who", "der", "art", "2", "ومان"]
        {
            assert!(!is_function_word(&fold(word), &langs), "{word}");
        }
    }

    #[test]
    fn lists_are_folded() {
        for word in OTHERS.iter().flat_map(|(_, list)| list.split_whitespace()) {
            assert_eq!(fold(word), word);
        }
    }
}
