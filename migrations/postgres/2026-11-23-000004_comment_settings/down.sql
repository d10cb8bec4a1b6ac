DROP TABLE article_comment_settings;
DROP TABLE comment_settings;
