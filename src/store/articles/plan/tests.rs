//! Plans of queries, as tables: the query, its statistics, the plan.

use chrono::{TimeZone, Utc};

use super::*;
use crate::domain::comment_settings::OpenState;
use crate::domain::listing::{PageRequest, SortKey};

fn time() -> Time {
    Utc.with_ymd_and_hms(2026, 1, 15, 9, 0, 0).single().expect("a time")
}

/// The public list without filters, newest first.
fn query() -> ArticleQuery {
    ArticleQuery {
        visibility: Visibility::Public,
        statuses: Vec::new(),
        tags_any: None,
        tags_all: Vec::new(),
        lang: None,
        credit_key: None,
        featured: None,
        published_after: None,
        published_before: None,
        updated_after: None,
        comments: None,
        author: None,
        sort: ArticleSort::PublishedAt,
        direction: Direction::Descending,
        with_html: false,
        page: PageRequest { start: Start::Beginning, limit: 20, total: false },
    }
}

fn after() -> Start {
    Start::After(Position { key: SortKey::Time(time()), id: 7 })
}

/// One line for each access path: `source, ranges, residual conditions`.
fn paths(query: &ArticleQuery, statistics: &Statistics) -> Vec<String> {
    let line = |RowSet { source, ranges, residual }| format!("{source:?} {ranges:?} {residual:?}");
    let comments = query.comments.map(|state| CommentFilter {
        state,
        default: OpenState::Open,
        days: 0,
        now: time(),
    });
    let plan = ListPlan::choose(query, comments, statistics);
    plan.paths.into_iter().map(|path| line(path.rows)).collect()
}

#[test]
fn a_filter_chooses_the_source() {
    let none = Statistics::default();
    let ids = |ids: &[i64]| Statistics { small_set: Some(ids.to_vec()), ..Statistics::default() };
    let langs =
        Statistics { languages: Some(vec!["ar".into(), "ar-LY".into()]), ..Statistics::default() };
    let counts = Statistics { tag_counts: vec![(3, 900), (4, 20)], ..Statistics::default() };
    let (lang, key) = (Some("ar".to_owned()), Some("wal".to_owned()));
    let cases: [(ArticleQuery, &Statistics, &[&str]); 11] = [
        (query(), &none, &["Articles [Published] []"]),
        (
            ArticleQuery { tags_any: Some(vec![3, 4]), lang: lang.clone(), ..query() },
            &none,
            &[
                r#"Tag(3) [] [Published, Language("ar")]"#,
                r#"Tag(4) [] [Published, Language("ar")]"#,
            ],
        ),
        (ArticleQuery { tags_any: Some(Vec::new()), ..query() }, &none, &[]),
        (
            ArticleQuery { tags_all: vec![3, 4], credit_key: key.clone(), ..query() },
            &counts,
            &[r#"Tag(4) [] [Published, Tag(3), Credit("wal")]"#],
        ),
        (
            ArticleQuery { tags_any: Some(vec![5]), tags_all: vec![3], ..query() },
            &none,
            &["Tag(3) [] [Published, AnyTag([5])]"],
        ),
        (
            ArticleQuery { credit_key: key, featured: Some(true), ..query() },
            &none,
            &[r#"Credit("wal") [] [Published, Featured(true)]"#],
        ),
        (ArticleQuery { author: Some(9), ..query() }, &ids(&[]), &[]),
        (
            ArticleQuery { author: Some(9), ..query() },
            &ids(&[1, 2]),
            &["Ids([1, 2]) [] [Published, Author(9)]"],
        ),
        (ArticleQuery { author: Some(9), ..query() }, &none, &["Articles [Published] [Author(9)]"]),
        (
            ArticleQuery { lang: lang.clone(), ..query() },
            &langs,
            &[r#"Language("ar") [Published] []"#, r#"Language("ar-LY") [Published] []"#],
        ),
        (ArticleQuery { lang, ..query() }, &none, &[r#"Articles [Published] [Language("ar")]"#]),
    ];
    for (query, statistics, expected) in cases {
        assert_eq!(paths(&query, statistics), expected, "{query:?}");
    }
}

#[test]
fn a_time_is_a_range_of_the_order_unless_a_cursor_bounds_the_same_side() {
    let from = "PublishedFrom(2026-01-15T09:00:00Z)";
    let before = "PublishedBefore(2026-01-15T09:00:00Z)";
    let updated = "UpdatedFrom(2026-01-15T09:00:00Z)";
    let times =
        ArticleQuery { published_after: Some(time()), published_before: Some(time()), ..query() };
    let changed = ArticleQuery { updated_after: Some(time()), ..query() };
    let page = PageRequest { start: after(), ..query().page };
    let cases = [
        (times.clone(), format!("Articles [Published, {from}, {before}] []")),
        (
            ArticleQuery { page: page.clone(), ..times.clone() },
            format!("Articles [Published, {from}] [{before}]"),
        ),
        (
            ArticleQuery { direction: Direction::Ascending, page: page.clone(), ..times.clone() },
            format!("Articles [Published, {before}] [{from}]"),
        ),
        (
            ArticleQuery { sort: ArticleSort::Title, ..times },
            format!("Articles [Published] [{from}, {before}]"),
        ),
        (changed.clone(), format!("Articles [Published] [{updated}]")),
        (
            ArticleQuery { sort: ArticleSort::UpdatedAt, ..changed.clone() },
            format!("Articles [Published, {updated}] []"),
        ),
        (
            ArticleQuery {
                sort: ArticleSort::UpdatedAt,
                direction: Direction::Ascending,
                page,
                ..changed
            },
            format!("Articles [Published] [{updated}]"),
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(paths(&query, &Statistics::default()), [expected], "{query:?}");
    }
}

#[test]
fn newsroom_lists_read_the_articles_own_indexes() {
    let filtered = ArticleQuery {
        tags_all: vec![3],
        tags_any: Some(vec![4, 5]),
        credit_key: Some("wal".into()),
        author: Some(9),
        ..query()
    };
    let cases = [
        (
            ArticleQuery { visibility: Visibility::All, ..filtered.clone() },
            r#"Articles [NotTrashed, AnyTag([4, 5]), Credit("wal"), Author(9)] [Tag(3)]"#,
        ),
        (
            ArticleQuery {
                visibility: Visibility::PublicAndOwn(9),
                statuses: vec![Status::Draft],
                ..query()
            },
            "Articles [PublishedOrBy(9), Status([Draft])] []",
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(paths(&query, &Statistics::default()), [expected], "{query:?}");
    }
}

#[test]
fn a_page_begins_after_its_cursor_in_the_direction_of_reading() {
    let Start::After(position) = after() else { panic!("a cursor") };
    let back = Start::Before(position.clone());
    for (start, direction, row) in [
        (Start::Beginning, Direction::Descending, None),
        (after(), Direction::Descending, Some(&position)),
        (back, Direction::Ascending, Some(&position)),
    ] {
        let query = ArticleQuery { page: PageRequest { start, ..query().page }, ..query() };
        let plan = ListPlan::choose(&query, None, &Statistics::default());
        let [path] = &plan.paths[..] else { panic!("one path") };
        assert_eq!((path.direction, path.after.as_ref(), path.limit), (direction, row, 21));
    }
}

#[test]
fn totals_are_stored_for_all_articles_and_for_one_tag() {
    let counted =
        |ranges, residual| Total::Counted(RowSet { source: Source::Articles, ranges, residual });
    let featured = ArticleQuery { featured: Some(true), ..query() };
    let cases = [
        (query(), Total::Published),
        (ArticleQuery { tags_any: Some(vec![3]), ..query() }, Total::Tagged(3)),
        (featured, counted(vec![Condition::Published, Condition::Featured(true)], Vec::new())),
        (
            ArticleQuery { tags_all: vec![3, 4], ..query() },
            counted(
                vec![Condition::Published, Condition::AnyTag(vec![3])],
                vec![Condition::Tag(4)],
            ),
        ),
        (
            ArticleQuery { visibility: Visibility::All, ..query() },
            counted(vec![Condition::NotTrashed], Vec::new()),
        ),
    ];
    for (mut query, expected) in cases {
        query.page.total = true;
        let plan = ListPlan::choose(&query, None, &Statistics::default());
        assert_eq!(plan.total, Some(expected), "{query:?}");
    }
}

#[test]
fn statements_with_few_filters_are_kept_prepared() {
    let cases = [
        (query(), true),
        (ArticleQuery { tags_any: Some(vec![3]), lang: Some("ar".into()), ..query() }, true),
        (ArticleQuery { featured: Some(true), author: Some(9), ..query() }, false),
    ];
    for (query, expected) in cases {
        let plan = ListPlan::choose(&query, None, &Statistics::default());
        assert_eq!(plan.paths[0].rows.is_cacheable(), expected, "{query:?}");
    }
}
