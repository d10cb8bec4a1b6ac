<?php
// The tour by the PHP client of openapi-generator, on Debian's Guzzle.

declare(strict_types=1);

use GuzzleHttp\Client;
use MaqalClient\Api\ArticlesApi;
use MaqalClient\Api\AuthenticationApi;
use MaqalClient\Api\CommentSettingsApi;
use MaqalClient\Api\CommentsApi;
use MaqalClient\Api\SearchApi;
use MaqalClient\ApiException;
use MaqalClient\Configuration;
use MaqalClient\Model;

require 'GuzzleHttp/autoload.php';
spl_autoload_register(function (string $class): void {
    $path = str_replace(['MaqalClient\\', '\\'], ['', '/'], $class);
    $file = getenv('CLIENT') . "/lib/$path.php";
    if (is_file($file)) {
        require $file;
    }
});
set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    // The generated code passes null where PHP 8 deprecates it.
    if ($level === E_DEPRECATED || $level === E_USER_DEPRECATED) {
        return true;
    }
    throw new ErrorException($message, 0, $level, $file, $line);
});

function check(bool $holds, mixed $found = null): void
{
    if (!$holds) {
        throw new Exception('found: ' . json_encode($found, JSON_UNESCAPED_UNICODE));
    }
}

/** Returns the status and the code of the problem that a call ends with. */
function problem(callable $call): array
{
    try {
        $call();
    } catch (ApiException $error) {
        return [$error->getCode(), json_decode($error->getResponseBody())->code];
    }
    return [200, null];
}

$http = new Client();
$reader = (new Configuration())->setHost(getenv('MAQAL_URL'));

// 1. Sign in.
$login = new Model\LoginInput(['email' => getenv('MAQAL_EMAIL'), 'password' => getenv('MAQAL_PASSWORD')]);
$tokens = (new AuthenticationApi($http, $reader))->login($login);
$editor = (new Configuration())->setHost(getenv('MAQAL_URL'))->setAccessToken($tokens->getAccessToken());
$articles = new ArticlesApi($http, $editor);

// 2. Make an article.
$draft = new Model\ArticleInput([
    'title' => 'عودة القوارب من بي إتش بي',
    'body' => 'عادت **القوارب** إلى الميناء.',
    'tags' => ['ليبيا'],
    'credits' => [new Model\CreditInput(['name' => 'سالم', 'role' => Model\CreditRole::AUTHOR])],
]);
$made = $articles->createArticle($draft);
check($made->getStatus() === Model\ArticleStatus::DRAFT && str_contains($made->getHtml(), '<strong>'), $made);
$id = $made->getId();

// 3. Publish it.
$published = $articles->publishArticle($id);
check($published->getStatus() === Model\ArticleStatus::PUBLISHED, $published);

// 4. List articles.
$list = (new ArticlesApi($http, $reader))->listArticles(
    tag: ['ليبيا'],
    sort: Model\ArticleOrder::PUBLISHED_AT_DESCENDING,
    comments: Model\OpenState::OPEN,
    include: Model\ArticleInclude::HTML,
);
$listed = array_filter($list->getData(), fn ($one) => $one->getId() === $id);
check(current($listed)->getHtml() === $made->getHtml(), $list);

// 5. Read it by its slug.
[$read, , $headers] = (new ArticlesApi($http, $reader))->getArticleBySlugWithHttpInfo($made->getSlug());
check($read->getHtml() === $made->getHtml() && $read->getCover() === null, $read);
$tag = array_change_key_case($headers)['etag'][0];

// 6. Patch it with its entity tag.
$patch = new Model\ArticlePatch([
    'cover' => new Model\CoverPatch(['url' => 'https://images.example/boat.jpg']),
    'seo' => new Model\SeoPatch(['title' => null]),
    'subtitle' => 'ثانٍ',
]);
$changed = $articles->updateArticle($id, $tag, $patch);
check($changed->getCover()->getUrl() === 'https://images.example/boat.jpg', $changed);
check($changed->getVersion() === $read->getVersion() + 1, $changed);
$stale = problem(fn () => $articles->updateArticle($id, $tag, $patch));
check($stale === [412, 'precondition_failed'], $stale);

// 7. Read and change the settings.
$settings = new CommentSettingsApi($http, $editor);
check($settings->getSiteSettings()->getVersion() > 0);
$rules = new Model\SiteSettingsPatch(['moderation' => Model\Moderation::NONE]);
check($settings->updateSiteSettings('*', $rules)->getModeration() === Model\Moderation::NONE);

// 8. Comment on it.
$comments = new CommentsApi($http, $reader);
$comment = $comments->createComment($id, new Model\CommentInput([
    'author_name' => 'ليلى',
    'author_email' => 'laila@reader.example',
    'body' => 'شكرًا من بي إتش بي.',
]));
check($comment->getStatus() === Model\PostedCommentStatus::APPROVED, $comment);
$thread = $comments->listArticleComments($id, order: Model\CommentOrder::NEWEST);
check($thread->getData()[0]->getId() === $comment->getId(), $thread);

// 9. Search for it.
$found = (new SearchApi($http, $reader))->searchArticles('القوارب');
$hits = array_filter($found->getData(), fn ($one) => $one->getId() === $id);
check(str_contains(current($hits)->getHighlight()->getTitle(), '<mark>'), $found);

// 10. Delete it.
$articles->deleteArticle($id, permanent: true);
$gone = problem(fn () => $articles->getArticle($id));
check($gone === [404, 'article_not_found'], $gone);
echo "php: 10 steps\n";
