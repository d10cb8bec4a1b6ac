//! Diesel's declarations of the tables, the same for both databases. `migrations/` defines them,
//! and a test compares every column with both.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::{BigInt, Bool, Text};
    use crate::store::types::Moment;

    users (id) {
        id -> BigInt,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        role -> Text,
        suspended -> Bool,
        created_at -> Moment,
        updated_at -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use crate::store::types::Moment;

    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        created_at -> Moment,
        expires_at -> Moment,
        ended_at -> Nullable<Moment>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::types::Moment;

    refresh_tokens (hash) {
        hash -> Text,
        session_id -> BigInt,
        issued_at -> Moment,
        expires_at -> Moment,
        used_at -> Nullable<Moment>,
        successor_salt -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{Integer, Text};
    use crate::store::types::Moment;

    login_throttles (subject) {
        subject -> Text,
        failures -> Integer,
        blocked_until -> Moment,
        updated_at -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    use crate::store::types::Moment;

    tags (id) {
        id -> BigInt,
        slug -> Text,
        slug_key -> Text,
        name -> Text,
        name_key -> Text,
        name_sort -> Binary,
        description -> Nullable<Text>,
        lang -> Text,
        listed -> Bool,
        article_count -> BigInt,
        created_at -> Moment,
        updated_at -> Moment,
        version -> BigInt,
        key_version -> Integer,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};

    tag_slug_history (slug_key) {
        slug_key -> Text,
        tag_id -> BigInt,
        slug -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};

    tag_name_history (name_key) {
        name_key -> Text,
        tag_id -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    use crate::store::types::Moment;

    articles (id) {
        id -> BigInt,
        slug -> Text,
        slug_key -> Text,
        title -> Text,
        title_sort -> Binary,
        subtitle -> Nullable<Text>,
        excerpt -> Text,
        excerpt_derived -> Bool,
        lang -> Text,
        status -> Text,
        trashed_from -> Nullable<Text>,
        published_at -> Nullable<Moment>,
        listed_at -> Moment,
        created_at -> Moment,
        updated_at -> Moment,
        version -> BigInt,
        author_id -> Nullable<BigInt>,
        credits -> Text,
        source_url -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        cover -> Nullable<Text>,
        featured -> Bool,
        seo -> Text,
        metadata -> Text,
        word_count -> Integer,
        reading_minutes -> Integer,
        comment_count -> BigInt,
        mention_count -> BigInt,
        body_format -> Text,
        body -> Text,
        html -> Text,
        slug_seen -> Bool,
    }
}

table! {
    use diesel::sql_types::BigInt;
    use crate::store::types::Moment;

    previous_publications (article_id) {
        article_id -> BigInt,
        published_at -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    use crate::store::types::Moment;

    article_tags (article_id, tag_id) {
        article_id -> BigInt,
        tag_id -> BigInt,
        position -> Integer,
        published_at -> Nullable<Moment>,
        lang -> Text,
        featured -> Bool,
        title_sort -> Binary,
        updated_at -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::store::types::Moment;

    article_credits (article_id, name_key) {
        article_id -> BigInt,
        name_key -> Text,
        published_at -> Nullable<Moment>,
        lang -> Text,
        featured -> Bool,
        title_sort -> Binary,
        updated_at -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};

    article_totals (status) {
        status -> Text,
        total -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};

    article_slug_history (slug_key) {
        slug_key -> Text,
        article_id -> BigInt,
        slug -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::types::Moment;

    article_revisions (article_id, number) {
        article_id -> BigInt,
        number -> BigInt,
        editor_id -> Nullable<BigInt>,
        created_at -> Moment,
        snapshot -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
    use crate::store::types::Moment;

    comment_settings (id) {
        id -> BigInt,
        comments -> Text,
        pings -> Text,
        close_comments_after_days -> Nullable<Integer>,
        close_pings_after_days -> Nullable<Integer>,
        moderation -> Text,
        require_name_email -> Bool,
        require_login -> Bool,
        max_links -> Integer,
        moderation_words -> Text,
        blocked_words -> Text,
        thread_depth -> Integer,
        comment_order -> Text,
        edit_minutes -> Integer,
        send_pings -> Bool,
        updated_at -> Moment,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::types::Moment;

    article_comment_settings (article_id) {
        article_id -> BigInt,
        comments -> Nullable<Text>,
        pings -> Nullable<Text>,
        close_comments_after_days -> Nullable<Integer>,
        close_pings_after_days -> Nullable<Integer>,
        moderation -> Nullable<Text>,
        updated_at -> Moment,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::{Bool, Nullable, Text};
    use crate::store::types::Moment;

    idempotency_keys (key_hash) {
        key_hash -> Text,
        body_hash -> Text,
        location -> Text,
        etag -> Nullable<Text>,
        body -> Text,
        created_at -> Moment,
        accepted -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text};
    use crate::store::types::Moment;

    comments (id) {
        id -> BigInt,
        article_id -> BigInt,
        parent_id -> Nullable<BigInt>,
        depth -> Integer,
        path -> Binary,
        status -> Text,
        shown -> Bool,
        listed -> Bool,
        held_for -> Nullable<Text>,
        user_id -> Nullable<BigInt>,
        is_staff -> Bool,
        author_name -> Nullable<Text>,
        author_email -> Nullable<Text>,
        author_url -> Nullable<Text>,
        fingerprint -> Nullable<Text>,
        client_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        client_data_expires_at -> Nullable<Moment>,
        edit_token_hash -> Nullable<Binary>,
        editable_until -> Nullable<Moment>,
        lang -> Nullable<Text>,
        created_at -> Moment,
        updated_at -> Moment,
        version -> BigInt,
        body -> Text,
        html -> Text,
        root_path -> Binary,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::store::types::Moment;

    comment_throttles (subject) {
        subject -> Text,
        blocked_until -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Integer, Text};

    search_documents (article_id) {
        article_id -> BigInt,
        published -> Bool,
        analyser -> Integer,
        lang -> Text,
        words -> Binary,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Integer, Text};

    search_totals (published, lang, shard) {
        published -> Bool,
        lang -> Text,
        shard -> Integer,
        documents -> BigInt,
        words -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::store::types::Moment;

    mentions (id) {
        id -> BigInt,
        article_id -> BigInt,
        protocol -> Text,
        source_url -> Text,
        source_key -> Text,
        source_host -> Text,
        target_url -> Text,
        verification -> Text,
        reason -> Nullable<Text>,
        status -> Text,
        title -> Nullable<Text>,
        excerpt -> Nullable<Text>,
        author_name -> Nullable<Text>,
        author_url -> Nullable<Text>,
        published_at -> Nullable<Moment>,
        verified_at -> Nullable<Moment>,
        created_at -> Moment,
        updated_at -> Moment,
        pending_target_url -> Nullable<Text>,
        kind -> Text,
        rsvp -> Nullable<Text>,
        author_photo -> Nullable<Text>,
        page_key -> Nullable<Text>,
        same_as -> Nullable<BigInt>,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::types::Moment;

    pings (id) {
        id -> BigInt,
        article_id -> Nullable<BigInt>,
        target_url -> Text,
        source_url -> Text,
        status -> Text,
        protocol -> Nullable<Text>,
        endpoint -> Nullable<Text>,
        reason -> Nullable<Text>,
        http_status -> Nullable<Integer>,
        attempts -> Integer,
        created_at -> Moment,
        updated_at -> Moment,
        attempted_at -> Nullable<Moment>,
        delivered_at -> Nullable<Moment>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Integer, Nullable, Text};
    use crate::store::types::Moment;

    web_jobs (id) {
        id -> BigInt,
        mention_id -> Nullable<BigInt>,
        article_id -> Nullable<BigInt>,
        ping_id -> Nullable<BigInt>,
        due_at -> Moment,
        leased_until -> Nullable<Moment>,
        attempts -> Integer,
        generation -> BigInt,
        host -> Nullable<Text>,
        server -> Nullable<Text>,
        network -> Nullable<Text>,
        network_rank -> Integer,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::store::types::Moment;

    host_rate_limits (host) {
        host -> Text,
        next_at -> Moment,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::store::types::Moment;

    mention_throttles (network) {
        network -> Text,
        idle_at -> Moment,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};

    changes (seq) {
        seq -> BigInt,
        transaction_id -> BigInt,
        touched -> Text,
    }
}

joinable!(article_comment_settings -> articles (article_id));
joinable!(article_credits -> articles (article_id));
joinable!(article_tags -> articles (article_id));
joinable!(article_tags -> tags (tag_id));
joinable!(search_documents -> articles (article_id));
joinable!(refresh_tokens -> sessions (session_id));
joinable!(sessions -> users (user_id));

allow_tables_to_appear_in_same_query!(
    article_comment_settings,
    article_credits,
    article_revisions,
    article_slug_history,
    article_tags,
    articles,
    comment_settings,
    search_documents,
    tag_name_history,
    tag_slug_history,
    tags,
);
allow_tables_to_appear_in_same_query!(articles, mentions);
allow_tables_to_appear_in_same_query!(users, sessions, refresh_tokens);
