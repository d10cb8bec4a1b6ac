//! Search in scripts without spaces between words, and in Korean: questions, phrases, highlights.

use serde_json::json;

use super::{ids, results, search};
use crate::support::TestApp;

/// Language, title and text of articles, and a question that each answers best.
const QUESTIONS: &[(&str, &str, &str, &str)] = &[
    // Chinese.
    ("zh", "旧港口重新开放", "市政府宣布，旧港口的码头修复工程历时三年，耗资两千万元，昨天重新向渔民开放。", "旧港口的修复工程花了多少钱？"),
    ("zh", "图书馆延长开放时间", "中央图书馆从下个月起每天开放到晚上十点，周末也向学生提供免费的自习室。", "中央图书馆周末提供什么给学生？"),
    ("zh", "地铁新线路", "地铁三号线将在明年春天通车，连接机场和火车站，全程只需二十五分钟。", "从机场到火车站坐地铁需要多少分钟？"),
    ("zh", "小麦价格上涨", "由于北方干旱，今年小麦产量下降了一成，市场价格随之上涨，面包店老板表示担忧。", "今年小麦产量为什么下降？"),
    ("zh", "医院招聘护士", "新建的儿童医院正在招聘一百二十名护士，要求应聘者至少有两年的工作经验。", "儿童医院要招多少名护士？"),
    ("zh", "足球队夺冠", "本市足球队在决赛中以二比一战胜对手，首次夺得全国冠军，队长打入制胜一球。", "哪支球队首次夺得全国冠军？"),
    ("zh", "博物馆展出古代陶器", "历史博物馆展出了八十件古代陶器，这些文物是去年在河边的农田里发现的。", "古代陶器是在哪里发现的？"),
    ("zh", "台风逼近沿海", "气象台预计台风将于周五登陆沿海地区，渔船已经回港，学校停课一天。", "台风什么时候登陆？"),
    // Japanese.
    ("ja", "古い港が再開", "市は、三年かけて修復した旧港の桟橋を昨日から漁船に開放したと発表した。工事費は約二億円だった。", "旧港の桟橋の工事費はいくらだったか。"),
    ("ja", "図書館の開館時間を延長", "中央図書館は来月から毎日夜十時まで開館し、週末には学生に自習室を無料で提供する。", "中央図書館は週末に学生へ何を提供しますか"),
    ("ja", "新しい地下鉄", "空港と駅を結ぶ地下鉄の新しい路線が来春開通する。所要時間は二十五分になる見込みだ。", "空港から駅までの地下鉄の所要時間は？"),
    ("ja", "小麦の値上がり", "北部の干ばつで小麦の収穫量が一割減り、パンの値段が上がっている。", "小麦の収穫量が減った原因は何ですか"),
    ("ja", "小児病院が看護師を募集", "新しくできた小児病院は看護師を百二十人募集している。二年以上の経験が必要だという。", "小児病院は看護師を何人募集していますか"),
    ("ja", "サッカーチームが優勝", "地元のサッカーチームが決勝戦で勝ち、初めて全国大会で優勝した。", "全国大会で初めて優勝したチームは？"),
    ("ja", "コンピューターゲームの展示会", "週末のコンピューターゲームの展示会には一万人が訪れ、新作のゲームを試した。", "ゲームの展示会には何人が訪れましたか"),
    // Korean.
    ("ko", "옛 항구 다시 열어", "시는 삼 년에 걸쳐 보수한 옛 항구의 부두를 어제 어민들에게 개방했다고 밝혔다. 공사비는 이십억 원이었다.", "옛 항구 부두의 공사비는 얼마인가?"),
    ("ko", "도서관 운영 시간 연장", "중앙도서관은 다음 달부터 매일 밤 열 시까지 문을 열고 주말에는 학생들에게 자습실을 무료로 제공한다.", "중앙도서관이 주말에 학생에게 제공하는 것은?"),
    ("ko", "새 지하철 노선", "공항과 기차역을 잇는 지하철 노선이 내년 봄에 개통되며 이십오 분이 걸린다.", "공항에서 기차역까지 지하철로 몇 분?"),
    ("ko", "밀 가격 상승", "북부 지방의 가뭄으로 밀 수확량이 줄어 빵 가격이 올랐다.", "밀 수확량이 줄어든 이유는?"),
    ("ko", "어린이병원 간호사 모집", "새로 지은 어린이병원은 간호사 백이십 명을 모집하며 이 년 이상의 경력을 요구한다.", "어린이병원은 간호사를 몇 명 모집하나?"),
    ("ko", "축구팀 우승", "우리 시 축구팀이 결승전에서 이겨 처음으로 전국 대회에서 우승했다.", "전국 대회에서 처음 우승한 팀은?"),
    // Thai.
    ("th", "ท่าเรือเก่าเปิดอีกครั้ง", "เทศบาลประกาศว่าท่าเรือเก่าซึ่งใช้เวลาซ่อมแซมสามปีเปิดให้ชาวประมงใช้แล้วเมื่อวานนี้ งบประมาณยี่สิบล้านบาท", "ซ่อมแซมท่าเรือเก่าใช้งบประมาณเท่าไร"),
    ("th", "ห้องสมุดขยายเวลา", "ห้องสมุดกลางจะเปิดถึงสี่ทุ่มทุกวันตั้งแต่เดือนหน้า และจัดห้องอ่านหนังสือฟรีให้นักเรียนในวันหยุด", "ห้องสมุดกลางจัดอะไรให้นักเรียนในวันหยุด"),
    ("th", "รถไฟฟ้าสายใหม่", "รถไฟฟ้าสายใหม่ที่เชื่อมสนามบินกับสถานีรถไฟจะเปิดปีหน้า ใช้เวลายี่สิบห้านาที", "จากสนามบินไปสถานีรถไฟใช้เวลากี่นาที"),
    ("th", "ราคาข้าวสาลีสูงขึ้น", "ภัยแล้งทางภาคเหนือทำให้ผลผลิตข้าวสาลีลดลง ราคาขนมปังจึงสูงขึ้น", "ทำไมผลผลิตข้าวสาลีจึงลดลง"),
    ("th", "โรงพยาบาลเด็กรับพยาบาล", "โรงพยาบาลเด็กแห่งใหม่รับสมัครพยาบาลหนึ่งร้อยยี่สิบคนที่มีประสบการณ์สองปี", "โรงพยาบาลเด็กรับสมัครพยาบาลกี่คน"),
    ("th", "ทีมฟุตบอลคว้าแชมป์", "ทีมฟุตบอลของจังหวัดชนะในรอบชิงชนะเลิศและคว้าแชมป์ประเทศเป็นครั้งแรก", "ทีมใดคว้าแชมป์ประเทศเป็นครั้งแรก"),
    // Lao, Khmer and Burmese.
    ("lo", "ຫໍສະໝຸດເປີດໃໝ່", "ຫໍສະໝຸດແຫ່ງຊາດເປີດຮອດສິບໂມງແລງທຸກມື້ ແລະ ໃຫ້ນັກຮຽນອ່ານປຶ້ມຟຣີ", "ຫໍສະໝຸດແຫ່ງຊາດເປີດຮອດຈັກໂມງ"),
    ("lo", "ລາຄາເຂົ້າຂຶ້ນ", "ໄພແຫ້ງແລ້ງເຮັດໃຫ້ຜົນຜະລິດເຂົ້າຫຼຸດລົງ ແລະ ລາຄາຂຶ້ນ", "ເປັນຫຍັງຜົນຜະລິດເຂົ້າຫຼຸດລົງ"),
    ("km", "បណ្ណាល័យបើកថ្មី", "បណ្ណាល័យជាតិបើករហូតដល់ម៉ោងដប់យប់ ហើយផ្តល់បន្ទប់អានសៀវភៅដោយឥតគិតថ្លៃដល់សិស្ស", "បណ្ណាល័យជាតិផ្តល់អ្វីដល់សិស្ស"),
    ("km", "តម្លៃអង្ករឡើង", "គ្រោះរាំងស្ងួតធ្វើឱ្យទិន្នផលស្រូវធ្លាក់ចុះ ហើយតម្លៃអង្ករឡើងថ្លៃ", "ហេតុអ្វីបានជាទិន្នផលស្រូវធ្លាក់ចុះ"),
    ("my", "စာကြည့်တိုက်ဖွင့်", "အမျိုးသားစာကြည့်တိုက်ကို ည ဆယ်နာရီအထိ နေ့စဉ်ဖွင့်ပြီး ကျောင်းသားများအတွက် စာဖတ်ခန်း အခမဲ့ပေးသည်", "အမျိုးသားစာကြည့်တိုက်က ကျောင်းသားများအတွက် ဘာပေးသလဲ"),
    ("my", "ဆန်ဈေးတက်", "မိုးခေါင်ရေရှားမှုကြောင့် စပါးအထွက်နှုန်း ကျဆင်းပြီး ဆန်ဈေးတက်လာသည်", "စပါးအထွက်နှုန်း ဘာကြောင့်ကျဆင်းသလဲ"),
];

api_test!(questions_find_their_article_first_in_every_script, async |app: TestApp| {
    let mut made = Vec::new();
    for (lang, title, text, _) in QUESTIONS {
        let fields = json!({ "title": title, "body": text, "lang": lang });
        made.push(app.article().fields(fields).published().create_id().await);
    }
    let mut missed = Vec::new();
    for ((_, _, _, question), right) in QUESTIONS.iter().zip(made) {
        let found = search(&app, question).await;
        if found.first() != Some(&right) {
            missed.push(format!("{question}: {right} isn't first of {found:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
});

api_test!(part_of_a_text_without_spaces_matches, async |app: TestApp| {
    for (lang, asked, written) in [
        ("ko", "서울", "서울에서 만나요"),
        ("ko", "물", "맑은물이 흐른다"),
        ("zh", "北京", "我去北京了"),
        ("zh", "京", "他住在京郊"),
        ("zh", "iPhone手机", "新iPhone手机发布"),
        ("zh", "2030年", "到2030年为止"),
        ("ja", "ゲーム", "コンピュータゲーム"),
        ("ja", "ｶﾒﾗ", "デジタルカメラ"),
        ("ja", "キロ", "五㌔先"),
        ("th", "ภาษา", "เรียนภาษาไทย"),
        ("th", "ปี", "สามปีแล้ว"),
        ("lo", "ລາວ", "ພາສາລາວ"),
        ("km", "ខ្មែរ", "ភាសា\u{200b}ខ្មែរ"),
        ("km", "ភាសាអង់គ្លេស", "រៀនភាសា\u{200b}អង់គ្លេស"),
        ("my", "မြန်မာ", "ကမြန်မာဘာသာ"),
    ] {
        let fields = json!({ "title": written, "body": "x", "lang": lang });
        let id = app.article().fields(fields).published().create_id().await;
        let answer = results(&app, &[("q", asked), ("lang", lang)]).await;
        let first = &answer["data"][0];
        assert_eq!((first["id"].as_i64(), &first["matched"]), (Some(id), &json!("all")), "{asked}");
        assert_eq!(answer["relaxed"], json!(false), "{asked}");
    }
});

api_test!(text_as_typed_ranks_before_its_parts, async |app: TestApp| {
    let make = |title: &'static str| app.article().title(title).lang("ja").published().create_id();
    let parts = make("ゲートのチームとゲートのチーム").await;
    let whole = make("新しいゲームの話をする長い記事の題").await;
    make("天気の話").await;
    let answer = results(&app, &[("q", "ゲーム")]).await;
    assert_eq!(ids(&answer), [whole, parts], "the other has each n-gram, and more often");
    let matched = |at: usize| answer["data"][at]["matched"].clone();
    assert_eq!([matched(0), matched(1)], [json!("all"), json!("some")]);
    let answer = results(&app, &[("q", "ゲーム機")]).await;
    assert_eq!((ids(&answer).len(), &answer["relaxed"]), (2, &json!(true)));
    let answer = results(&app, &[("q", "\"ゲーム\"")]).await;
    assert_eq!(ids(&answer), [whole]);
    assert_eq!(search(&app, "話 -ゲーム").await.len(), 1);
    assert_eq!(search(&app, "チーム").await, [parts]);
});

api_test!(highlight_marks_characters_of_the_query, async |app: TestApp| {
    let body = "去年他在北京大学读书，今年回上海。";
    let fields = json!({ "title": "在北京大学", "body": body, "lang": "zh" });
    app.article().fields(fields).published().create_id().await;
    let shown = async |q: &str| {
        let answer = results(&app, &[("q", q)]).await;
        let highlight = answer["data"][0]["highlight"].clone();
        let text = |name: &str| highlight[name].as_str().expect("a text").to_owned();
        (text("title"), text("text"))
    };
    let (title, text) = shown("北京大学").await;
    assert_eq!(title, "在<mark>北京大学</mark>");
    assert_eq!(text, "去年他在<mark>北京大学</mark>读书，今年回上海。");
    let (title, text) = shown("京").await;
    assert_eq!((title.as_str(), text.contains("北<mark>京</mark>大")), ("在北<mark>京</mark>大学", true));
    let (title, _) = shown("\"北京\" 大学").await;
    assert_eq!(title, "在<mark>北京大学</mark>");
});
