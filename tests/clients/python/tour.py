"""The tour by the client of openapi-python-client."""

import os
from http import HTTPStatus
from typing import TypeVar

from maqal_client import AuthenticatedClient, Client
from maqal_client.api.articles import (
    create_article,
    delete_article,
    get_article,
    get_article_by_slug,
    list_articles,
    publish_article,
    update_article,
)
from maqal_client.api.authentication import login
from maqal_client.api.comment_settings import get_site_settings, update_site_settings
from maqal_client.api.comments import create_comment, list_article_comments
from maqal_client.api.search import search_articles
from maqal_client.models import (
    Article,
    ArticleInclude,
    ArticleInput,
    ArticleList,
    ArticleOrder,
    ArticlePatch,
    ArticleStatus,
    CommentInput,
    CommentOrder,
    CommentThread,
    CoverPatch,
    LoginInput,
    Moderation,
    OpenState,
    PostedComment,
    PostedCommentStatus,
    Problem,
    PublishInput,
    SearchResults,
    SeoPatch,
    SiteSettings,
    SiteSettingsPatch,
    Tokens,
    VisibleSiteSettings,
)

T = TypeVar("T")


def expect(kind: type[T], parsed: object) -> T:
    """Returns a parsed answer of this kind, or fails with it."""
    assert isinstance(parsed, kind), parsed
    return parsed


url = os.environ["MAQAL_URL"]

# 1. Sign in.
sent = LoginInput(email=os.environ["MAQAL_EMAIL"], password=os.environ["MAQAL_PASSWORD"])
tokens = expect(Tokens, login.sync(client=Client(base_url=url), body=sent))
# Where a token is optional, the client's types demand one.
editor = AuthenticatedClient(base_url=url, token=tokens.access_token)

# 2. Make an article.
draft = ArticleInput(title="عودة القوارب من بايثون", body="عادت **القوارب**.", tags=["ليبيا"])
made = expect(Article, create_article.sync(client=editor, body=draft))
assert made.status == ArticleStatus.DRAFT and "<strong>" in made.html

# 3. Publish it.
published = expect(Article, publish_article.sync(made.id, client=editor, body=PublishInput()))
assert published.status == ArticleStatus.PUBLISHED and published.published_at

# 4. List articles.
listed = list_articles.sync(
    client=editor,
    tag=["ليبيا"],
    sort=ArticleOrder.PUBLISHED_AT_DESCENDING,
    comments=OpenState.OPEN,
    include=ArticleInclude.HTML,
)
summary = next(one for one in expect(ArticleList, listed).data if one.id == made.id)
assert summary.html == made.html

# 5. Read it by its slug.
by_slug = get_article_by_slug.sync_detailed(made.slug, client=editor)
read = expect(Article, by_slug.parsed)
assert read.html == made.html and read.cover is None
tag = by_slug.headers["ETag"]

# 6. Patch it with its entity tag.
patch = ArticlePatch(
    cover=CoverPatch(url="https://images.example/boat.jpg"),
    seo=SeoPatch(title=None),
    subtitle="ثانٍ",
)
changed = expect(Article, update_article.sync(made.id, client=editor, body=patch, if_match=tag))
assert changed.cover and changed.cover.url == "https://images.example/boat.jpg"
assert changed.version == read.version + 1
stale = update_article.sync(made.id, client=editor, body=patch, if_match=tag)
assert expect(Problem, stale).code == "precondition_failed"

# 7. Read and change the settings.
settings = expect(VisibleSiteSettings, get_site_settings.sync(client=editor))
assert settings.version
rules = SiteSettingsPatch(moderation=Moderation.NONE, close_comments_after_days=None)
opened = update_site_settings.sync(client=editor, body=rules, if_match="*")
assert expect(SiteSettings, opened).moderation == Moderation.NONE

# 8. Comment on it.
text = CommentInput(body="شكرًا من بايثون.")
comment = expect(PostedComment, create_comment.sync(made.id, client=editor, body=text))
assert comment.status == PostedCommentStatus.APPROVED
thread = list_article_comments.sync(made.id, client=editor, order=CommentOrder.NEWEST)
assert expect(CommentThread, thread).data[0].id == comment.id

# 9. Search for it.
found = expect(SearchResults, search_articles.sync(client=editor, q="القوارب بايثون"))
hit = next(one for one in found.data if one.id == made.id)
assert "<mark>" in hit.highlight.title

# 10. Delete it.
deleted = delete_article.sync_detailed(made.id, client=editor, permanent=True)
assert deleted.status_code == HTTPStatus.NO_CONTENT
gone = get_article.sync(made.id, client=editor)
assert expect(Problem, gone).code == "article_not_found"
print("python: 10 steps")
