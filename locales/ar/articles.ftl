# Problems of articles.

article-not-found-title = المقال غير موجود
article-not-found-detail = لا يوجد مقال بهذا المعرّف أو بهذا الاسم في الرابط؛ تحقق من صحته.
revision-not-found-title = النسخة المحفوظة غير موجودة
revision-not-found-detail = لا توجد لهذا المقال نسخة محفوظة بهذا الرقم؛ تجد الأرقام الصحيحة في قائمة نسخه المحفوظة.
illegal-transition-title = إجراء لا تسمح به حالة المقال
illegal-transition-detail = لا يمكن تنفيذ الإجراء «{ $action }» على مقال حالته «{ $from }»؛ انقله أولًا إلى حالة تسمح بذلك.
slug-taken-title = اسم الرابط مستعمل
slug-taken-detail = اسم الرابط «{ $slug }» مستعمل من قبل؛ اختر اسمًا آخر، أو احذف الحقل ليولّد الخادم اسمًا مناسبًا.
article-in-trash-title = المقال في سلة المحذوفات
article-in-trash-detail = هذا المقال في سلة المحذوفات؛ استعده أولًا ثم أعد الطلب.
