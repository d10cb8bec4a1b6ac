DROP TABLE previous_publications;
