//! Hostile queries: each gets a 400 problem or a correct list, never a 500.

use super::{ids, search};
use crate::support::TestApp;

async fn refused(app: &TestApp, q: &str, code: &str) {
    app.get("/api/v1/search").query(&[("q", q)]).send().await.expect(400).problem(code);
}

api_test!(query_without_words_is_400, async |app: TestApp| {
    for q in
        ["", " ", "«»", "\"\"", "...", "-", "*", "- * \"", "\u{202E}\u{200F}", "😀🎉", "ّ", "ـــ"]
    {
        refused(&app, q, "empty_query").await;
    }
    for q in ["-قطار", "-\"محطة القطار\"", "-a -b", "\u{2212}قطار"] {
        refused(&app, q, "negative_query").await;
    }
});

api_test!(too_long_query_is_400, async |app: TestApp| {
    refused(&app, &"ا".repeat(257), "invalid_parameter").await;
    refused(&app, &"word ".repeat(1_000), "invalid_parameter").await;
    let many: Vec<String> = (0..17).map(|n| format!("w{n}")).collect();
    refused(&app, &many.join(" "), "invalid_parameter").await;
    refused(&app, &"x".repeat(8_000), "invalid_parameter").await;
    for ten_kilobytes in ["x", "\" - * ", "كلمة ", "\u{202e}🎉"] {
        let q = ten_kilobytes.repeat(10_240 / ten_kilobytes.len());
        let answer = app.get("/api/v1/search").query(&[("q", &q)]).send().await;
        answer.expect(414).problem("uri_too_long");
    }
    refused(&app, "a\0b", "invalid_parameter").await;
    let sixteen: Vec<String> = (0..16).map(|n| format!("w{n}")).collect();
    assert_eq!(search(&app, &sixteen.join(" ")).await, [] as [i64; 0]);
});

api_test!(database_search_syntax_in_a_query_is_plain_text, async |app: TestApp| {
    let id = app
        .article()
        .title("القطار")
        .body("near the station AND or NOT")
        .published()
        .create_id()
        .await;
    for q in [
        "\"",
        "\"القطار",
        "القطار\"",
        "'",
        "القطار'",
        "\\",
        "القطار\\",
        "القطار OR",
        "القطار AND",
        "NEAR(القطار)",
        "title:القطار",
        "stem : القطار",
        "{title body} : القطار",
        "^القطار",
        "القطار + ",
        "القطار & !x",
        "القطار | ",
        "القطار:*",
        "القطار <-> ",
        "القطار <2> x",
        "(",
        "((القطار",
        ")",
        "القطار;DROP TABLE articles",
        "$1",
        "?",
        ":name",
        "%",
        "_",
        "القطار:A",
        "--",
        "/*",
        "\u{feff}القطار",
        "القطار\u{200d}",
        "\u{2067}القطار\u{2069}",
        "😀 القطار",
        "*القطار*",
        "**",
        "-*",
        "\"-\"",
        "\"*\"",
        "a*b*c",
        "القطار*\"",
        "- القطار",
        "\u{1}",
        "\u{fdfa}",
        "𝒳",
        "ﷲ",
        "a\u{300}\u{301}\u{302}",
        "ق\u{64e}\u{64e}\u{64e}",
        "0x41",
        "1e308",
        // Whole expressions of FTS5 and tsquery.
        "القطار NOT القطار",
        "القطار NEAR القطار",
        "NEAR(القطار station, 5)",
        "- {title} : القطار",
        "{stem impact} : القطار",
        "^ title : القطار AND (station OR",
        "\"القطار\" + \"station\"",
        "القطار*station",
        "impact:8قطار",
        "'sقطار' & !'eقطار':*",
        "القطار:*ABCD <-> 'x",
        "القطار\\'",
        "''القطار''",
        "\"\"\"القطار\"\"\"",
        // Characters that reorder, join or are invisible.
        "\u{202e}القطار\u{202c}",
        "\u{61c}القطار",
        "\u{2066}-\u{2069}القطار",
        "-\u{200f}القطار القطار",
        "🏴\u{e0067}\u{e0062}القطار",
        "👩\u{200d}👧 القطار",
        "\u{fffd}\u{ffff}",
        "\u{e000}",
        "\u{10ffff}القطار",
        "القطار\u{34f}\u{fe0f}",
        "\u{640}\u{640}",
        "ا\u{653}\u{654}\u{655}\u{670}",
        "\u{1d173}\u{2028}\u{85}",
    ] {
        let answer = app.get("/api/v1/search").query(&[("q", q)]).send().await;
        match answer.status {
            200 => assert!(ids(&answer.json()).iter().all(|found| *found == id), "{q:?}"),
            400 => {}
            other => panic!("{q:?} got {other}"),
        }
        let suggested = app.get("/api/v1/search/suggest").query(&[("q", q)]).send().await;
        assert_eq!(suggested.status, 200, "{q:?}");
    }
    assert_eq!(search(&app, "القطار").await, [id], "the table still exists");
});

api_test!(invalid_search_parameters_are_400, async |app: TestApp| {
    let ask = |pairs: &[(&str, &str)]| app.get("/api/v1/search").query(pairs).send();
    ask(&[]).await.expect(400).problem("invalid_parameter");
    ask(&[("q", "x"), ("lang", "klingonese!")]).await.expect(400).problem("invalid_parameter");
    ask(&[("q", "x"), ("status", "secret")]).await.expect(400).problem("invalid_parameter");
    ask(&[("q", "x"), ("limit", "0")]).await.expect(400).problem("invalid_parameter");
    ask(&[("q", "x"), ("limit", "101")]).await.expect(400).problem("invalid_parameter");
    ask(&[("q", "x"), ("page", "2")]).await.expect(400).problem("unknown_parameter");
    ask(&[("q", "x"), ("q", "y")]).await.expect(400).problem("invalid_parameter");
    for cursor in ["x", "bn4tcmVsZXZhbmNlfjF-Yi0", &"A".repeat(2000)] {
        ask(&[("q", "x"), ("cursor", cursor)]).await.expect(400).problem("malformed_cursor");
    }
});
