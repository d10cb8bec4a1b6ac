//! Spellings and forms that must match each other, and words that must not.

use proptest::prelude::*;

use super::folding::hard_text;
use crate::text::analyse::{Word, analyse, analyse_query, analyse_uncached};
use crate::text::fold::{Elision, MAX_TOKEN_CHARS, tokens};
use crate::text::lang::Lang;
use crate::text::query::{Role, SearchQuery, Term, parse};
use crate::text::stem::{Stemmer, is_clitic};

pub(super) fn lang(tag: &str) -> Lang {
    Lang::parse(tag).unwrap()
}

/// True if a query matches a text with all of its words.
pub(super) fn finds(query: &SearchQuery, text: &str, lang: &Lang) -> bool {
    let words = analyse(text, lang);
    let stand_here = |forms: &[String]| {
        let here = |run: &[Word]| run.iter().map(|word| &word.exact).eq(forms);
        words.windows(forms.len()).any(here)
    };
    query.clauses.iter().filter(|clause| clause.role != Role::Optional).all(|clause| {
        (clause.role != Role::Excluded)
            == match &clause.term {
                Term::Word(asked) => {
                    let is_it =
                        |word: &Word| asked.stems.contains(&word.stem) || asked.exact == word.exact;
                    words.iter().any(is_it) || !asked.apart.is_empty() && stand_here(&asked.apart)
                }
                Term::Phrase(phrase) => phrase.spellings().any(|forms| stand_here(&forms)),
                Term::Prefix(all) => words
                    .iter()
                    .any(|word| all.iter().any(|prefix| word.exact.starts_with(&**prefix))),
            }
    })
}

fn found(asked: &str, written: &str, tag: &str) -> bool {
    let langs = [lang("ar"), lang("en"), lang("fr"), lang(tag)];
    finds(&parse(asked, &langs).unwrap(), written, &lang(tag))
}

/// Class, language, and spellings that all match each other.
const ALIKE: &[(&str, &str, &[&str])] = &[
    ("tashkeel and tanwin", "ar", &["شكرًا", "شكرا", "شُكْرًا", "شكراً"]),
    ("hamza on alif, NFD, wasla", "ar", &["أحمد", "احمد", "ا\u{654}حمد", "ٱحمد"]),
    ("hamza on waw and yeh", "ar", &["مسؤول", "مسئول", "مسوول"]),
    ("ؤ and و", "ar", &["سؤال", "سوال"]),
    ("ئ and ي", "ar", &["رئيس", "رييس"]),
    ("ى and ي", "ar", &["مستشفى", "مستشفي", "مستشفی"]),
    ("ة and ه", "ar", &["مدرسة", "مدرسه", "مدرسۃ", "المدرسة", "مدرستها"]),
    ("dagger alif and Quranic marks", "ar", &["الرحمٰن", "الرحمن", "ٱلرَّحۡمَٰنِ"]),
    ("tatweel and bidi marks", "ar", &["كتاب", "كـتـاب", "كت\u{200f}اب", "\u{202b}كتاب\u{202c}"]),
    ("Persian and Urdu keyboards", "ar", &["كتاب", "کتاب"]),
    ("foreign letters", "ar", &["فيديو", "ڤيديو", "الڤيديو"]),
    ("presentation forms", "ar", &["كتاب", "ﻛﺘﺎﺏ"]),
    ("Allah", "ar", &["الله", "ﷲ", "والله", "بالله", "لله", "اللّٰه"]),
    ("digits", "ar", &["2024", "٢٠٢٤", "۲۰۲۴"]),
    ("thousands", "ar", &["1000", "١٬٠٠٠", "1,000"]),
    (
        "article, conjunctions, prepositions",
        "ar",
        &[
            "كتاب",
            "الكتاب",
            "والكتاب",
            "فالكتاب",
            "بالكتاب",
            "كالكتاب",
            "للكتاب",
            "وللكتاب",
            "فللكتاب",
            "وبالكتاب",
            "فبالكتاب",
            "وكالكتاب",
            "وكتاب",
            "لكتاب",
        ],
    ),
    ("compounds before an unlisted word", "ar", &["الحسن", "ولل\u{640}حسن", "وبالحسن", "حسن"]),
    ("sound feminine plural", "ar", &["مظاهرة", "مظاهرات", "المظاهرات", "مظاهراتها"]),
    ("sound masculine plural", "ar", &["مهندس", "مهندسون", "مهندسين", "المهندسين", "للمهندسين"]),
    ("dual", "ar", &["مهندس", "مهندسان"]),
    ("pronouns", "ar", &["سيارة", "سيارتها", "سيارتهم", "سيارتنا", "سيارته"]),
    (
        "ministry",
        "ar",
        &["وزارة", "الوزارة", "والوزارة", "ووزارة", "لوزارة", "للوزارة", "وزارته", "وزارات"],
    ),
    (
        "minister",
        "ar",
        &["وزير", "الوزير", "ووزير", "لوزير", "وزيرا", "وزراء", "الوزراء", "وزرائها"],
    ),
    (
        "Lebanon",
        "ar",
        &["لبنان", "ولبنان", "بلبنان", "للبنان", "اللبناني", "لبنانية", "اللبنانيين"],
    ),
    ("Syria", "ar", &["سوريا", "سورية", "السوري", "السوريون", "بسوريا"]),
    ("Germany", "ar", &["ألمانيا", "المانيا", "وألمانيا", "الألماني", "بألمانيا"]),
    ("Washington", "ar", &["واشنطن", "وواشنطن", "لواشنطن"]),
    ("agency", "ar", &["وكالة", "الوكالة", "لوكالة", "وكالات"]),
    (
        "preposition on a listed noun",
        "ar",
        &["رئيس", "لرئيس", "برئيس", "كرئيس", "ولرئيس", "الرئيس"],
    ),
    ("preposition on a derived noun", "ar", &["مواجهة", "لمواجهة", "بمواجهة", "المواجهة"]),
    ("preposition on a verbal noun", "ar", &["استخدام", "باستخدام", "لاستخدام", "استخدامها"]),
    ("preposition on a verbal noun", "ar", &["تطبيق", "لتطبيق", "بتطبيق", "وتطبيق"]),
    ("hamza at the end", "ar", &["سماء", "سما", "السماء", "سمائها", "بالسماء"]),
    (
        "servant of God",
        "ar",
        &["عبدالله", "عبد الله", "وعبدالله", "وعبد الله", "لعبدالله", "لعبد الله"],
    ),
    ("names in الدين", "ar", &["صلاح الدين", "صلاحالدين", "وصلاح الدين"]),
    ("Abu Dhabi", "ar", &["أبوظبي", "أبو ظبي", "بأبوظبي"]),
    ("names in أبو", "ar", &["أبو بكر", "أبي بكر", "أبا بكر", "وأبي بكر"]),
    ("names in أبو", "ar", &["أبو العلاء", "أبي العلاء"]),
    ("names in أبو", "ar", &["أبوظبي", "أبي ظبي"]),
    ("double waw", "ar", &["داود", "داوود", "وداوود"]),
    ("double waw", "ar", &["طاووس", "طاوس", "الطاووس", "الطاؤوس"]),
    ("older spelling", "ar", &["الرحمان", "الرحمن"]),
    ("older spelling", "ar", &["عبدالرحمان", "عبد الرحمن", "عبدالرحمن", "وعبد الرحمان"]),
    ("older spelling", "ar", &["السموات", "السماوات"]),
    ("older spelling", "ar", &["إسحق", "إسحاق", "وإسحاق"]),
    ("older spelling", "ar", &["خمسمائة", "خمسمئة"]),
    ("emphasis", "ar", &["عاجل", "عاااجل", "عاجـــل", "عاجلللل"]),
    ("Quranic hamza", "ar", &["آمنوا", "ءامنوا"]),
    ("Quranic hamza", "ar", &["الآخرة", "الءاخرة"]),
    ("Quranic alif", "ar", &["الصلاة", "الصلوٰة"]),
    ("Quranic alif", "ar", &["الزكاة", "ٱلزَّكَوٰةَ"]),
    ("dagger alif", "ar", &["العالمين", "ٱلْعَٰلَمِينَ", "والعٰلمين"]),
    ("dagger alif", "ar", &["مالك", "مَٰلِكِ", "مَـٰلِكِ"]),
    ("dagger alif", "ar", &["الكتاب", "ٱلْكِتَٰبُ", "بالكتٰب"]),
    ("dagger alif", "ar", &["صراط", "صِرَٰطَ", "صرط"]),
    ("dagger alif", "ar", &["السماوات", "ٱلسَّمَٰوَٰتِ", "السموٰت"]),
    ("dagger alif", "ar", &["رحمن", "رَحْمَٰن", "رحمان"]),
    ("dagger alif", "ar", &["عيسى", "عيسىٰ", "وعيسىٰ"]),
    ("dagger alif", "ar", &["ذلك", "ذَٰلِكَ"]),
    ("vocative", "ar", &["يا أيها", "يَٰٓأَيُّهَا"]),
    ("hamza above tatweel", "ar", &["مسؤول", "مَسْـُٔول"]),
    ("waw for alif", "ar", &["الحياة", "الحيوة", "ٱلْحَيَوٰةِ"]),
    ("waw for alif", "ar", &["الزكاة", "والزكوة", "للزكاة"]),
    ("carrier of hamza", "ar", &["هيئة", "هيأة", "الهيأة"]),
    ("carrier of hamza", "ar", &["شيء", "شئ", "الشئ"]),
    ("carrier of hamza", "ar", &["بريء", "برئ", "والبرئ"]),
    ("carrier of hamza", "ar", &["روائي", "روائيين", "الروائيين"]),
    ("carrier of hamza", "fa", &["مسئله", "مساله", "مسأله"]),
    ("carrier of hamza", "fa", &["هیئت", "هیأت", "هیات"]),
    ("carrier of hamza", "fa", &["جرئت", "جرأت", "جرات"]),
    ("carrier of hamza", "fa", &["جزئی", "جزیی"]),
    ("yeh barree with hamza", "ur", &["لیے", "لئے", "لۓ"]),
    ("yeh barree with hamza", "ur", &["گئے", "گۓ"]),
    ("yeh barree with hamza", "ur", &["چاہیے", "چاہئے", "چاہیئے"]),
    ("script after an attached letter", "ar", &["B52", "وB52", "لـB52", "وَB52", "للـ B52"]),
    ("script after an attached letter", "ar", &["G7", "الـG7", "الـ G7", "بالG7"]),
    ("script after an attached letter", "ar", &["iPhone15", "وiPhone15", "iPhone 15"]),
    ("script after an attached letter", "ar", &["٢٠", "الـ٢٠", "لـ20"]),
    ("script after an attached letter", "he", &["G20", "בG20", "הG20"]),
    ("script before a letter", "ar", &["5G", "5Gفي"]),
    ("apostrophe", "uk", &["п'ять", "пʼять", "п’ять"]),
    ("apostrophe", "uz", &["Oʻzbekiston", "O'zbekiston", "O‘zbekiston"]),
    ("digits and letters", "ar", &["٢٠٢٤م", "2024", "٢٠٢٤ م"]),
    ("digits and letters", "ar", &["20كم", "٢٠ كم", "20"]),
    ("digits and letters", "en", &["iPhone15", "iPhone 15", "iphone-15"]),
    ("digits and letters", "en", &["CO2", "CO₂"]),
    ("non-joiner", "fa", &["می‌روم", "میروم"]),
    ("anusvara", "hi", &["हिंदी", "हिन्दी"]),
    ("anusvara", "hi", &["संबंध", "सम्बन्ध"]),
    ("candrabindu", "hi", &["गाँव", "गांव"]),
    ("nukta", "hi", &["अंग्रेज़ी", "अंग्रेजी"]),
    ("nukta", "hi", &["सड़क", "सडक", "स\u{95c}क"]),
    ("glide", "hi", &["लिए", "लिये"]),
    ("glide", "hi", &["नई", "नयी"]),
    ("glide", "hi", &["चाहिए", "चाहिये"]),
    ("virus", "ar", &["كوفيد-19", "كوفيد 19", "كوفيد-١٩", "لكوفيد-19"]),
    ("Persian plural", "fa", &["کتاب‌ها", "كتابها", "کتاب"]),
    ("accents", "fr", &["Café", "cafe", "CAFE\u{301}", "cafés"]),
    ("inflection", "fr", &["élue", "élues", "elue"]),
    ("inflection", "fr", &["réfugiée", "refugiees", "réfugiés"]),
    ("elision", "fr", &["l’État", "etat", "États"]),
    ("sharp s and umlauts", "de", &["Straße", "strasse", "STRASSEN", "Straßen"]),
    ("umlauts", "de", &["Häuser", "haus", "Hauser"]),
    ("umlauts spelled out", "de", &["Müller", "Mueller", "muller"]),
    ("Vietnamese", "vi", &["Việt", "viet"]),
    ("tonos and final sigma", "el", &["Ελλάδα", "ελλαδα", "ΕΛΛΑΔΑ"]),
    ("inflection", "en", &["election", "elections", "Election’s"]),
    ("apostrophes", "en", &["don't", "don’t"]),
    ("inflection", "ru", &["российский", "Российская", "российского"]),
    ("yo", "ru", &["ёлка", "елка", "ёлки"]),
    ("inflection", "uk", &["українська", "Української"]),
    ("alphabets", "sr", &["избори", "izbori", "изборима"]),
    ("inflection", "pt", &["eleição", "eleições", "eleicoes"]),
    ("inflection", "pl", &["wybór", "wyborów", "wyborow"]),
    ("inflection", "tr", &["seçimler", "secimler", "seçimlerde"]),
    ("points", "he", &["שָׁלוֹם", "שלום"]),
    ("gershayim", "he", &["צה\"ל", "צה״ל", "צהל"]),
    ("width", "ja", &["カタカナ", "ｶﾀｶﾅ"]),
    ("decomposed Hangul", "ko", &["한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"]),
];

/// Language, query, and a text that it matches.
const INSIDE: &[(&str, &str, &str)] = &[
    ("ar", "2024", "في عام ٢٠٢٤م"),
    ("ar", "20", "على بعد 20كم"),
    ("en", "iphone", "the new iPhone15"),
    ("en", "15", "the new iPhone15"),
    ("ar", "iphone", "هاتفiPhone15الجديد"),
    ("ar", "الجديد", "هاتفiPhone15الجديد"),
    ("ar", "\"قاذفة B52\"", "قاذفة وB52 أخرى"),
    ("ar", "\"قمة الـG7\"", "قمة G7"),
    ("ar", "\"رب العالمين\"", "ٱلْحَمْدُ لِلَّهِ رَبِّ ٱلْعَٰلَمِينَ"),
    ("ar", "\"رَبِّ ٱلْعَٰلَمِينَ\"", "الحمد لله رب العالمين"),
    ("ar", "العال*", "ٱلْعَٰلَمِينَ"),
    ("ar", "iph*", "وiPhone15"),
    ("en", "\"new iphone15\"", "the new iPhone15"),
    ("fa", "می روم", "می‌روم"),
    ("fa", "می‌روم", "می روم"),
    ("fa", "نیم فاصله", "نیم‌فاصله"),
    ("fa", "نیم‌فاصله", "نیم فاصله"),
    ("zh", "\"北京大学\"", "他在北京大学读书"),
    ("zh", "北京", "我去北京了"),
    ("zh", "北京大学", "他在北京大学读书"),
    ("zh", "京", "我去北京了"),
    ("zh", "iPhone手机", "新iPhone手机"),
    ("ja", "東京", "昨日、東京都に行った"),
    ("ja", "ゲーム", "コンピュータゲーム"),
    ("ko", "서울", "서울에서 만나요"),
    ("th", "ภาษา", "ภาษาไทย"),
    ("th", "ไทย", "ภาษาไทย"),
    ("lo", "ລາວ", "ພາສາລາວ"),
    ("km", "ខ្មែរ", "ភាសាខ្មែរ"),
    ("my", "မြန်မာ", "ကမြန်မာဘာသာ"),
    ("ar", "الحكو*", "حكومة"),
    ("ar", "حكو*", "الحكومة"),
    ("ar", "حكو*", "للحكومات"),
    ("en", "elec*", "electronic"),
    ("ar", "عبد الرحمن", "قال وعبدالرحمن"),
    ("ar", "مجلس الوزراء", "وزير في المجلس"),
];

/// Words that a stemmer could confuse, or that only look alike.
const APART: &[(&str, &str, &[&str])] = &[
    ("light10: a dual", "ar", &["لبنان", "لبن"]),
    ("light10: and", "ar", &["وزارة", "زار", "وزير", "زير"]),
    ("light10: and", "ar", &["وطني", "طن"]),
    ("light10: and", "ar", &["وفد", "فد"]),
    ("light10: the article", "ar", &["ألمانيا", "مانيا"]),
    ("light10: the article", "ar", &["ألوان", "وان"]),
    ("light10: endings", "ar", &["مهرجان", "مهرج"]),
    ("light10: endings", "ar", &["سلطان", "سلطة"]),
    ("light10: endings", "ar", &["مكان", "مكة"]),
    ("light10: endings", "ar", &["شعبان", "شعب"]),
    ("light10: endings", "ar", &["حسين", "حسن"]),
    ("light10: for the", "ar", &["للجنة", "جنة"]),
    ("Snowball: by", "ar", &["بعيد", "عيد"]),
    ("Snowball: by", "ar", &["بحار", "حار"]),
    ("Snowball: then", "ar", &["فقير", "قير"]),
    ("preposition", "ar", &["كتاب", "تاب"]),
    ("preposition", "ar", &["كلب", "لب"]),
    ("preposition", "ar", &["بطاقة", "طاقة"]),
    ("preposition", "ar", &["لازمة", "أزمة"]),
    ("preposition", "ar", &["بحرية", "حرية"]),
    ("pattern", "ar", &["عالم", "علم", "إعلام"]),
    ("pattern", "ar", &["كندا", "كند"]),
    ("feminine", "ar", &["جامعة", "جامع"]),
    ("feminine", "ar", &["شركة", "شرك"]),
    ("feminine", "ar", &["خبرة", "خبر"]),
    ("feminine", "ar", &["عملة", "عمل"]),
    ("feminine", "ar", &["حكمة", "حكم"]),
    ("adjective of a plural", "ar", &["مدني", "مدن"]),
    ("hamza at the end", "ar", &["بناء", "بنا"]),
    ("hamza at the end", "ar", &["إنهاء", "إنها"]),
    ("hamza at the end", "ar", &["غرباء", "غرب"]),
    ("hamza at the end", "ar", &["علماء", "علما"]),
    ("left open on purpose", "ar", &["كتاب", "كتب"]),
    ("names in الدين", "ar", &["الخالدين", "الدين"]),
    ("names in الدين", "ar", &["والدين", "الدين"]),
    ("decimal comma", "de", &["1,5", "15"]),
    ("order of characters", "zh", &["北京", "京北"]),
    ("parts of a word", "ja", &["ゲーム", "ゲート前のチーム"]),
    ("builders", "ar", &["بناؤون", "بنان"]),
    ("protection and diet", "ar", &["حماية", "حمية"]),
    ("my father", "ar", &["أبي قال", "أبو قال"]),
    ("swan", "hi", &["हँसना", "हंसना"]),
    ("numbers", "en", &["iPhone15", "iPhone 5"]),
    ("numbers", "ar", &["وB52", "B 5 2", "ب52", "لF52"]),
    ("order of parts", "ar", &["5Gفي", "G5 في"]),
    ("units", "en", &["5 μm", "5 m"]),
    ("dagger alif", "ar", &["ٱلْكِتَٰب", "الكتب"]),
    ("dagger alif", "ar", &["سَلَٰم", "سلم"]),
    ("dagger alif", "ar", &["ظَٰلِم", "ظلم"]),
    ("waw for alif", "ar", &["حيوة", "حياة"]),
    ("waw for alif", "ar", &["زكوه", "زكاة"]),
    ("carrier of hamza", "ar", &["مسألة", "المسيلة"]),
    ("carrier of hamza", "ar", &["شيء", "شي"]),
    ("carrier of hamza", "ar", &["برئ", "بري"]),
    ("carrier of hamza", "ar", &["برئ", "بر"]),
    ("glide", "hi", &["गया", "गा"]),
    ("substrings", "en", &["art", "party"]),
];

#[test]
fn variants_match_each_other() {
    let mut missed = Vec::new();
    for (class, tag, spellings) in ALIKE {
        for asked in *spellings {
            for written in *spellings {
                if !found(asked, written, tag) {
                    missed.push(format!("{class}: {asked} does not find {written}"));
                }
            }
        }
    }
    for (tag, asked, written) in INSIDE {
        if !found(asked, written, tag) {
            missed.push(format!("{asked} does not find {written}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn distinct_words_do_not_match() {
    let mut confused = Vec::new();
    for (class, tag, words) in APART {
        for asked in *words {
            for written in words.iter().filter(|word| *word != asked) {
                if found(asked, written, tag) {
                    confused.push(format!("{class}: {asked} finds {written}"));
                }
            }
        }
    }
    assert!(confused.is_empty(), "{}", confused.join("\n"));
}

/// Every row of the table of plurals: a plural finds its singular, also with the article.
#[test]
fn plural_matches_its_singular() {
    let mut missed = Vec::new();
    for row in crate::text::stem::plurals::PLURALS {
        let words: Vec<_> = row.split_whitespace().collect();
        for asked in &words {
            for written in &words {
                for written in [(*written).to_owned(), format!("وال{written}")] {
                    if !found(asked, &written, "ar") {
                        missed.push(format!("{asked} does not find {written}"));
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn query_word_has_the_stems_of_all_languages() {
    let stems = |word, langs: &[&str]| {
        let langs: Vec<_> = langs.iter().map(|tag| lang(tag)).collect();
        analyse_query(word, &langs).remove(0).stems
    };
    assert_eq!(stems("elections", &["en"]), ["elect"]);
    assert_eq!(stems("elections", &["en", "ar"]), ["elect", "elections"]);
    assert_eq!(stems("elections", &["en", "en-GB", "fr"]), ["elect"]);
    assert_eq!(stems("elections", &[]), ["elections"]);
    assert_eq!(stems("الوزارات", &["en", "ar", "ru"]), ["وزاره"]);
    assert_eq!(stems("الوزارات", &[]), ["وزاره"]);
    assert_eq!(stems("выборы", &["en", "ru"]), ["выбор", "выборы"]);
}

#[test]
fn names_and_unspaced_scripts_have_exact_ranges() {
    let text = "وعبدالله ﷽ 北京ＡＢ서울";
    let ar = lang("ar");
    let shown: Vec<_> =
        analyse(text, &ar).into_iter().map(|w| (w.exact, &text[w.start..w.end])).collect();
    let expected = [
        ("عبد", "وعبدالله"),
        ("الله", "وعبدالله"),
        ("بسم", "﷽"),
        ("الله", "﷽"),
        ("الرحمن", "﷽"),
        ("الرحيم", "﷽"),
        ("北", "北"),
        ("京", "京"),
        ("ab", "ＡＢ"),
        ("서", "서"),
        ("울", "울"),
    ];
    assert_eq!(shown, expected.map(|(exact, written)| (exact.to_owned(), written)));
}

const LANGUAGES: &[&str] = &[
    "ar", "ca", "cs", "da", "de", "el", "en", "eo", "es", "et", "eu", "fi", "fr", "ga", "hi", "hu",
    "hy", "id", "it", "lt", "nb", "ne", "nl", "pl", "pt", "ro", "ru", "sr", "st", "sv", "ta", "tr",
    "uk", "yi", "fa", "ja", "vi",
];

fn some_lang() -> impl Strategy<Value = Lang> {
    prop::sample::select(LANGUAGES).prop_map(lang)
}

/// Words of affix letters, in every script with a stemmer.
fn affixes() -> impl Strategy<Value = String> {
    prop_oneof![
        "[والبكفلنيتهمسءاأةى]{1,12}( [والبكفلنيتهمسء]{1,12}){0,3}",
        "[a-zäößéèçñãąćęıİşğățőű']{1,16}",
        "[а-яёіїєў]{1,16}",
        "[α-ωάέήίύώς]{1,16}",
        "[\u{900}-\u{97f}]{1,12}|[\u{b80}-\u{bff}]{1,12}|[\u{531}-\u{586}]{1,12}|[א-ת]{1,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn words_are_bounded_and_in_order(text in prop_oneof![hard_text(), affixes()], lang in some_lang()) {
        let words = analyse(&text, &lang);
        for word in &words {
            prop_assert!(word.start < word.end && word.end <= text.len());
            prop_assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
            for form in [&word.stem, &word.exact] {
                prop_assert!(!form.is_empty() && form.chars().count() <= MAX_TOKEN_CHARS, "{word:?}");
                let wrong = |c: char| c.is_whitespace() || c.is_ascii_punctuation() || c == '\0';
                prop_assert!(!form.contains(wrong), "{word:?}");
            }
        }
        prop_assert!(words.windows(2).all(|w| w[0].start <= w[1].start && w[0].end <= w[1].end));
        // Attached letters that stand apart are no words.
        let folded = tokens(&text, Elision::of(&lang));
        prop_assert!(words.len() >= folded.iter().filter(|token| !is_clitic(&token.text)).count());
    }

    #[test]
    fn cached_words_equal_uncached_ones(
        text in prop_oneof![
            hard_text(),
            affixes(),
            "([عبدالهوفنر]{1,5}|عبد|وعبد|الله|عبدالله|صلاح|الدين|ابو|ظبي|l'|d’|[a-zé]{1,3}|[0-9,.٠-٩٬]{1,5}|[ـًَ،.…'’:_-]| ){0,30}",
        ],
        lang in some_lang(),
    ) {
        let uncached = analyse_uncached(&text, Stemmer::of(&lang), Elision::of(&lang));
        prop_assert_eq!(&analyse(&text, &lang), &uncached);
        prop_assert_eq!(&analyse(&text, &lang), &uncached, "and again");
    }

    #[test]
    fn folded_word_has_the_stem_of_its_spellings(text in affixes(), lang in some_lang()) {
        // Folding unites all spellings of a word, and the stem depends on the folded word only.
        let stems = |text: &str| -> Vec<String> {
            analyse(text, &lang).into_iter().map(|word| word.stem).collect()
        };
        let folded: String = tokens(&text, Elision::of(&lang))
            .into_iter()
            .map(|token| token.text + " ")
            .collect();
        prop_assert_eq!(stems(&text), stems(&folded));
    }

    #[test]
    fn text_matches_its_own_words(text in prop_oneof![hard_text(), affixes()], lang in some_lang()) {
        let langs = [lang.clone()];
        let asked = analyse_query(&text, &langs);
        let written = analyse(&text, &lang);
        for word in asked {
            let there = written.iter().any(|w| word.stems.contains(&w.stem) && word.exact == w.exact);
            prop_assert!(there, "{word:?}");
        }
    }
}
