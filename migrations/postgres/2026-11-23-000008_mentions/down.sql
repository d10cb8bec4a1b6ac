DROP TABLE web_turns;
DROP TABLE web_jobs;
DROP TABLE pings;
DROP TABLE mentions;
