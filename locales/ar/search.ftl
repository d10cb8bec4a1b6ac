# Problems of search.

empty-query-title = لا شيء للبحث عنه
empty-query-detail = لا تحتوي عبارة البحث على أي كلمة؛ اكتب كلمة واحدة على الأقل.
negative-query-title = البحث بالاستبعاد وحده
negative-query-detail = عبارة البحث لا تحتوي إلا على كلمات مستبعدة؛ أضف كلمة تريد العثور عليها.
