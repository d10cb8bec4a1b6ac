#!/usr/bin/env bash
# WordPress, as Debian ships it and unmodified, against a Maqal of its own: its post pings an
# article of ours, and an article of ours pings its post.
#
# WordPress pings no private address, and only the ports 80, 443 and 8080. So both sites get addresses
# of documentation networks on the loopback device, and names in /etc/hosts. This needs root; the
# script removes both in the end. Further:
#
#   apt-get install wordpress wordpress-theme-twentytwentyone php-cli php-mysql php-xml mariadb-server
#
# and a MariaDB that root may use without a password at 127.0.0.1:3306. It makes, and drops, a database
# `maqal_wordpress`.
set -euo pipefail
here=$(dirname "$0")

NEWS=203.0.113.10 BLOG=203.0.113.20 DATABASE=maqal_wordpress
BIND=$NEWS:8080
SITE='http://news.maqal.test:8080/{slug}'
mysql=(mysql -h 127.0.0.1 -u root)

also_end() {
    sed -i '/ # maqal peers$/d' /etc/hosts 2>/dev/null ||
        { grep -v ' # maqal peers$' /etc/hosts >"$WORK/hosts" && cat "$WORK/hosts" >/etc/hosts; }
    ip addr del $NEWS/32 dev lo 2>/dev/null || true
    ip addr del $NEWS_FRONT/32 dev lo 2>/dev/null || true
    ip addr del $BLOG/32 dev lo 2>/dev/null || true
    "${mysql[@]}" -e "DROP DATABASE IF EXISTS $DATABASE" 2>/dev/null || true
}

NEWS_FRONT=203.0.113.11
. "$here/maqal.sh"
for address in $NEWS $NEWS_FRONT $BLOG; do ip addr add "$address/32" dev lo; done
cat >>/etc/hosts <<HOSTS
$NEWS_FRONT news.maqal.test # maqal peers
$BLOG blog.maqal.test # maqal peers
HOSTS

# Maqal, and a frontend of it: a page for each article, with the headers that the API says.
start_maqal
cat >"$WORK/frontend.py" <<'PY'
import http.server, json, sys, urllib.error, urllib.request
api, address = sys.argv[1:3]
class Frontend(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            found = urllib.request.urlopen(f"{api}/articles/slug{self.path}")
        except urllib.error.HTTPError as error:
            return self.send_error(error.code)
        article = json.load(found)
        body = f"<!doctype html><title>{article['title']}</title><h1>{article['title']}</h1>{article['html']}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if found.headers["X-Pingback"]:
            self.send_header("X-Pingback", found.headers["X-Pingback"])
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, form, *values):
        print(form % values, flush=True)
http.server.ThreadingHTTPServer((address, 8080), Frontend).serve_forever()
PY
python3 "$WORK/frontend.py" "$API" $NEWS_FRONT >"$WORK/frontend.log" 2>&1 &
OTHERS=$!

# WordPress, set up by its own installer.
"${mysql[@]}" -e "DROP DATABASE IF EXISTS $DATABASE; CREATE DATABASE $DATABASE CHARACTER SET utf8mb4"
cp -rL /usr/share/wordpress "$WORK/wordpress"
cat >"$WORK/wordpress/wp-config.php" <<PHP
<?php
define('DB_NAME', '$DATABASE');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', '127.0.0.1');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', 'http://blog.maqal.test:8080');
define('WP_SITEURL', 'http://blog.maqal.test:8080');
define('WP_CONTENT_DIR', '$WORK/wordpress/wp-content');
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', false);
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP
cat >"$WORK/install.php" <<'PHP'
<?php
define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Blog', 'admin', 'admin@example.org', true, '', 'a quiet harbour before dawn');
switch_theme('twentytwentyone');
update_option('default_ping_status', 'open');
update_option('default_pingback_flag', 1);
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
PHP
# post.php FOLDER TITLE CONTENT: publishes, and lets WordPress do its pings as its cron would.
cat >"$WORK/post.php" <<'PHP'
<?php
require $argv[1] . '/wp-load.php';
$id = wp_insert_post(['post_title' => $argv[2], 'post_content' => $argv[3],
    'post_status' => 'publish', 'post_author' => 1, 'ping_status' => 'open']);
require ABSPATH . 'wp-includes/class-IXR.php';
do_all_pings();
echo $id;
PHP
cat >"$WORK/count.php" <<'PHP'
<?php
require $argv[1] . '/wp-load.php';
foreach (get_comments(['post_id' => (int) $argv[2], 'type' => 'pingback', 'status' => 'all']) as $one)
    echo $one->comment_author_url, "\n";
PHP
php "$WORK/install.php" "$WORK/wordpress" >"$WORK/install.log" 2>&1

php -S $BLOG:8080 -t "$WORK/wordpress" >"$WORK/wordpress.log" 2>&1 &
OTHERS="$OTHERS $!"
wait_for 'WordPress serves' curl -sf -o /dev/null http://blog.maqal.test:8080/

# It pings us.
article=$(publish 'عودة الصيادين' 'نص الخبر')
slug=$(read_field "/articles/$article" 'it["slug"]')
encoded=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$slug")
post=$(php "$WORK/post.php" "$WORK/wordpress" 'Answer' \
    "I read <a href=\"http://news.maqal.test:8080/$encoded\">this</a> today.")
mentioned() { [ "$(read_field "/articles/$article" 'it["discussion"]["mention_count"]')" = 1 ]; }
wait_for 'a post of WordPress is a mention of our article' mentioned
read_field "/articles/$article/mentions" '"    %(kind)s by %(protocol)s of %(source_url)s: %(title)s / %(excerpt)s" % it["data"][0]'

# We ping it.
ours=$(publish 'reply' "[its post](http://blog.maqal.test:8080/?p=$post)")
delivered() { [ "$(read_field "/articles/$ours/pings" 'it["data"][0]["status"] if it["data"] else None')" = delivered ]; }
wait_for 'our article is delivered to WordPress' delivered
read_field "/articles/$ours/pings" '"    %(protocol)s to %(endpoint)s: %(status)s" % it["data"][0]'
shown() { php "$WORK/count.php" "$WORK/wordpress" "$post" | grep -q 'news.maqal.test:8080/reply'; }
wait_for 'WordPress shows it as a pingback' shown
echo ok
