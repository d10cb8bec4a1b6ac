//! Spellings and forms of a word that must find each other in both directions, and words that must
//! not. Lucene's own vectors are in `src/text/stem/light10.rs` and `src/text/tests/folding.rs`.

use std::collections::HashMap;

use super::{ids, results};
use crate::support::TestApp;
use serde_json::json;

/// Class, language, and two spellings or forms.
const SAME: &[(&str, &str, &str, &str)] = &[
    // Letters.
    ("hamza on alif", "ar", "أحمد", "احمد"),
    ("hamza under alif", "ar", "إدارة", "ادارة"),
    ("madda", "ar", "آثار", "اثار"),
    ("wasla", "ar", "ٱلكتاب", "الكتاب"),
    ("alif maqsura", "ar", "مستشفى", "مستشفي"),
    ("Persian yeh", "ar", "ليبیا", "ليبيا"),
    ("yeh barree", "ar", "ليبے", "ليبي"),
    ("ta marbuta", "ar", "مدرسة", "مدرسه"),
    ("Persian kaf", "ar", "کتاب", "كتاب"),
    ("heh goal", "ar", "مدرسہ", "مدرسة"),
    ("heh doachashmee", "ar", "مدرسھ", "مدرسة"),
    ("heh with yeh above", "ar", "مدرسۀ", "مدرسة"),
    ("ae", "ar", "مدرسە", "مدرسة"),
    ("veh", "ar", "ڤيديو", "فيديو"),
    ("peh", "ar", "پاريس", "باريس"),
    ("hamza on waw", "ar", "مسئول", "مسؤول"),
    ("hamza on waw or alone", "ar", "شؤون", "شئون"),
    ("hamza alone before waw", "ar", "مسءول", "مسؤول"),
    ("hamza on waw left out", "ar", "سؤال", "سوال"),
    ("hamza on yeh left out", "ar", "رئيس", "رييس"),
    ("hamza decomposed", "ar", "ا\u{654}سعار", "أسعار"),
    ("hamza at the end left out", "ar", "سماء", "سما"),
    // Marks and signs.
    ("tashkeel", "ar", "مُحَمَّد", "محمد"),
    ("tanwin", "ar", "شكرًا", "شكرا"),
    ("tanwin before alif", "ar", "شكراً", "شكرا"),
    ("dagger alif", "ar", "هٰذا", "هذا"),
    ("Quranic marks", "ar", "عَلَىٰۤ", "علي"),
    ("tatweel", "ar", "ميـــناء", "ميناء"),
    ("presentation forms", "ar", "ﻣﺪﺭﺳﺔ", "مدرسة"),
    ("lam-alif ligature", "ar", "ﻻعب", "لاعب"),
    ("Allah ligature", "ar", "ﷲ", "الله"),
    ("the blessing's ligature", "ar", "ﷺ", "صلى الله عليه وسلم"),
    ("the basmala's ligature", "ar", "﷽", "بسم الله الرحمن الرحيم"),
    ("bidi marks", "ar", "\u{200f}الميناء\u{200e}", "الميناء"),
    ("soft hyphen", "ar", "مي\u{ad}ناء", "ميناء"),
    ("zero width joiners", "ar", "می\u{200c}ناء", "ميناء"),
    // Prefixes and suffixes.
    ("the article", "ar", "الميناء", "ميناء"),
    ("and", "ar", "وميناء", "ميناء"),
    ("and the", "ar", "والميناء", "ميناء"),
    ("then the", "ar", "فالميناء", "ميناء"),
    ("by the", "ar", "بالميناء", "ميناء"),
    ("like the", "ar", "كالميناء", "ميناء"),
    ("for the", "ar", "للميناء", "ميناء"),
    ("and for the", "ar", "وللميناء", "ميناء"),
    ("then for the", "ar", "فللميناء", "ميناء"),
    ("and by the", "ar", "وبالميناء", "ميناء"),
    ("then by the", "ar", "فبالميناء", "ميناء"),
    ("and like the", "ar", "وكالميناء", "ميناء"),
    ("for", "ar", "لرئيس", "رئيس"),
    ("feminine plural", "ar", "مظاهرات", "مظاهرة"),
    ("masculine plural", "ar", "مهندسون", "مهندسين"),
    ("dual", "ar", "مهندسان", "مهندس"),
    ("possessive", "ar", "سيارتها", "سيارة"),
    ("nisba", "ar", "أمريكيين", "امريكي"),
    ("broken plural", "ar", "وزراء", "وزير"),
    ("protected country", "ar", "ولبنان", "لبنان"),
    ("protected noun", "ar", "والوزارة", "وزارة"),
    ("names of two words", "ar", "عبدالله", "عبد الله"),
    ("names of two words, with and", "ar", "وعبد الرحمن", "عبدالرحمن"),
    ("places of two words", "ar", "بأبوظبي", "أبو ظبي"),
    ("kunya in the genitive", "ar", "أبو بكر", "أبي بكر"),
    ("kunya in the accusative", "ar", "أبا العلاء", "أبو العلاء"),
    ("double waw", "ar", "داوود", "داود"),
    ("double waw", "ar", "الطاووس", "طاوس"),
    ("older spelling", "ar", "عبدالرحمان", "عبد الرحمن"),
    ("older spelling", "ar", "السموات", "السماوات"),
    ("older spelling", "ar", "إسحق", "إسحاق"),
    ("older spelling", "ar", "مائة", "مئة"),
    ("emphasis", "ar", "عاااجل", "عاجل"),
    ("emphasis", "ar", "جدااا", "جدا"),
    ("Quranic hamza", "ar", "ءامنوا", "آمنوا"),
    ("Quranic alif", "ar", "الصلوٰة", "الصلاة"),
    ("dagger alif", "ar", "ٱلْعَٰلَمِينَ", "العالمين"),
    ("dagger alif", "ar", "مَٰلِكِ", "مالك"),
    ("dagger alif", "ar", "ٱلْكِتَٰبُ", "الكتاب"),
    ("dagger alif", "ar", "صِرَٰطَ", "صراط"),
    ("dagger alif", "ar", "رَحْمَٰن", "رحمن"),
    ("dagger alif", "ar", "رَحْمَٰن", "رحمان"),
    ("dagger alif", "ar", "عيسىٰ", "عيسى"),
    ("dagger alif", "ar", "أُو۟لَٰٓئِكَ", "أولئك"),
    ("dagger alif", "ar", "ٱلتَّوْرَىٰةَ", "التوراة"),
    ("vocative", "ar", "يَٰٓأَيُّهَا", "يا أيها"),
    ("hamza above tatweel", "ar", "مَسْـُٔولًا", "مسؤولا"),
    ("waw for alif", "ar", "الصلوة", "الصلاة"),
    ("waw for alif", "ar", "والزكوة", "الزكاة"),
    ("waw for alif", "ar", "الحيوة", "الحياة"),
    ("carrier of hamza", "ar", "هيأة", "هيئة"),
    ("carrier of hamza", "ar", "شئ", "شيء"),
    ("carrier of hamza", "ar", "روائيين", "روائي"),
    // Another script beside Arabic letters.
    ("attached to Latin", "ar", "وB52", "B52"),
    ("attached to Latin", "ar", "الـG7", "G7"),
    ("attached to Latin", "ar", "لـF35", "F35"),
    ("attached to Latin", "ar", "لـ F35", "F35"),
    ("attached to Latin", "ar", "وiPhone15", "iphone 15"),
    ("attached to Latin", "ar", "الـTwitter", "twitter"),
    ("attached to digits", "ar", "بالـ4K", "4K"),
    ("attached to digits", "ar", "الـ٢٠", "20"),
    ("attached after Latin", "ar", "5Gفي", "5G"),
    ("attached to Latin", "he", "בG20", "G20"),
    // Light10's vectors, as Lucene's tests have them.
    ("light10", "ar", "والحسن", "حسن"),
    ("light10", "ar", "بالحسن", "كالحسن"),
    ("light10", "ar", "فالحسن", "وحسن"),
    ("light10", "ar", "للاخر", "اخر"),
    ("light10", "ar", "زوجها", "زوج"),
    ("light10", "ar", "ساهدان", "ساهدات"),
    ("light10", "ar", "ساهدون", "ساهدين"),
    ("light10", "ar", "ساهدية", "ساهده"),
    ("light10", "ar", "ساهدي", "وساهدون"),
    ("light10", "ar", "ساهدهات", "ساهدة"),
    ("light10", "ar", "كبيرة", "كبير"),
    ("light10", "ar", "مشروبات", "مشروب"),
    ("light10", "ar", "الكتاب", "كتاب"),
    // Digits.
    ("Arabic digits", "ar", "١٢٣٤", "1234"),
    ("Persian digits", "ar", "۱۲۳۴", "1234"),
    ("thousands", "ar", "١٬٠٠٠", "1000"),
    ("a unit after a number", "ar", "٢٠٢٤م", "2024"),
    ("a unit after a number", "ar", "20كم", "20 كم"),
    ("letters before a number", "en", "iPhone15", "iPhone 15"),
    ("subscripts", "en", "CO₂", "co2"),
    ("Latin thousands", "en", "1,000", "1000"),
    // Other languages.
    ("non-joiner", "fa", "می‌روم", "میروم"),
    ("non-joiner or space", "fa", "می‌روم", "می روم"),
    ("non-joiner or space", "fa", "نیم‌فاصله", "نیم فاصله"),
    ("anusvara", "hi", "हिंदी", "हिन्दी"),
    ("candrabindu", "hi", "गाँव", "गांव"),
    ("nukta", "hi", "अंग्रेज़ी", "अंग्रेजी"),
    ("nukta of flaps", "hi", "सड़क", "सडक"),
    ("composed nukta", "hi", "स\u{95c}क", "सड़क"),
    ("glide", "hi", "लिए", "लिये"),
    ("glide", "hi", "गए", "गये"),
    ("glide", "hi", "नई", "नयी"),
    ("glide", "hi", "चाहिए", "चाहिये"),
    ("glide", "hi", "किए", "किये"),
    ("glide", "hi", "हुए", "हुये"),
    ("carrier of hamza", "fa", "مسئله", "مساله"),
    ("carrier of hamza", "fa", "مسئله", "مسأله"),
    ("carrier of hamza", "fa", "هیئت", "هیأت"),
    ("carrier of hamza", "fa", "هیئت", "هیات"),
    ("carrier of hamza", "fa", "جزئی", "جزیی"),
    ("yeh barree with hamza", "ur", "لیے", "لئے"),
    ("yeh barree with hamza", "ur", "گئے", "گۓ"),
    ("yeh barree with hamza", "ur", "چاہیئے", "چاہیے"),
    ("apostrophe", "uk", "пʼять", "п'ять"),
    ("apostrophe", "uz", "Oʻzbekiston", "O'zbekiston"),
    ("anusvara", "gu", "હિંદી", "હિન્દી"),
    ("accents", "fr", "Café", "cafe"),
    ("œ", "fr", "Œuvre", "oeuvre"),
    ("æ", "da", "Æble", "aeble"),
    ("ø", "da", "Øl", "ol"),
    ("ł", "pl", "Łódź", "lodz"),
    ("đ", "vi", "Đặng", "dang"),
    ("sharp s", "de", "Straße", "STRASSE"),
    ("inflection", "de", "Häuser", "haus"),
    ("inflection", "en", "running", "runs"),
    ("Vietnamese", "vi", "Việt", "viet"),
    ("Greek", "el", "Ελλάδα", "ελλαδα"),
    ("final sigma", "el", "ΝΟΜΟΣ", "νομος"),
    ("Turkish dotted i", "tr", "İzmir", "izmir"),
    ("Turkish dotless i", "tr", "Diyarbakır", "diyarbakir"),
    ("Cyrillic io", "ru", "Ёлка", "елка"),
    ("Hebrew points", "he", "שָׁלוֹם", "שלום"),
    ("elision", "fr", "l'aéroport", "aeroport"),
    ("elision", "it", "dell'arte", "arte"),
    ("elision", "ca", "l'aigua", "aigua"),
    ("hyphen", "en", "covid-19", "covid 19"),
    ("hyphen", "ar", "كوفيد-19", "كوفيد ١٩"),
    ("mail address", "en", "desk@news.example", "desk news example"),
    ("full width", "en", "Ｎｅｗｓ", "news"),
];

/// Class and two words that share letters but not a meaning.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("Lebanon and milk", "لبنان", "لبن"),
    ("ministry and visited", "وزارة", "زار"),
    ("port and mines", "ميناء", "مناجم"),
    ("school and airport", "مدرسة", "مطار"),
    ("far and feast", "بعيد", "عيد"),
    ("university and mosque", "جامعة", "جامع"),
    ("dog and core", "كلب", "لب"),
    ("building and coffee", "بناء", "بن"),
    ("parents and religion", "والدين", "الدين"),
    ("civilian and cities", "مدني", "مدن"),
    ("protection and diet", "حماية", "حمية"),
    ("my father and a kunya", "أبي قال", "أبو قال"),
    ("meetings and a name", "لقاءات", "لقات"),
    ("the book and the books", "ٱلْكِتَٰبُ", "الكتب"),
    ("peace and a ladder", "سَلَٰم", "سلم"),
    ("a name and life", "حيوة", "حياة"),
    ("they endorsed him and alms", "زكوه", "زكاة"),
    ("a question and a town", "مسألة", "المسيلة"),
    ("a thing and a name", "شيء", "شي"),
    ("innocent and of the land", "برئ", "بري"),
    ("letters before a number", "ف16", "ب16"),
    ("bombers", "وB52", "وB53"),
    ("micrometres and metres", "5 μm", "5 m"),
    ("these and a vowel", "ये", "ए"),
    ("went and sing", "गया", "गा"),
    ("laughing and a swan", "हँसना", "हंसना"),
];

api_test!(each_spelling_variant_finds_the_other, async |app: TestApp| {
    let mut missed = Vec::new();
    let mut made: HashMap<(&str, &str), i64> = HashMap::new();
    for (_, lang, one, other) in SAME {
        for word in [*one, *other] {
            if !made.contains_key(&(*lang, word)) {
                let fields = json!({ "title": word, "body": "x", "lang": lang });
                made.insert(
                    (lang, word),
                    app.article().fields(fields).published().create_id().await,
                );
            }
        }
    }
    for (class, lang, one, other) in SAME {
        for (asked, held) in [(*one, *other), (*other, *one)] {
            let answer = results(&app, &[("q", asked), ("limit", "100")]).await;
            if !ids(&answer).contains(&made[&(*lang, held)]) {
                missed.push(format!("{class}: {asked} doesn't find {held}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
});

api_test!(similar_words_with_another_meaning_do_not_match, async |app: TestApp| {
    for (class, one, other) in DIFFERENT {
        let first = app.article().title(one).published().create_id().await;
        let second = app.article().title(other).published().create_id().await;
        for (asked, wrong) in [(one, second), (other, first)] {
            let answer = results(&app, &[("q", asked)]).await;
            assert!(!ids(&answer).contains(&wrong), "{class}: {asked}");
        }
    }
});
