# Problems of tags.

tag-not-found-title = الوسم غير موجود
tag-not-found-detail = لا يوجد وسم بهذا المعرّف أو بهذا الاسم في الرابط؛ تحقق من صحته أو ابحث عنه في قائمة الوسوم.
tag-exists-title = الوسم موجود
tag-exists-detail = يوجد وسم يطابق «{ $name }» أو لا يختلف عنه إلا في الرسم؛ استعمل الوسم الموجود أو اختر اسمًا آخر.
tag-merge-itself-title = دمج الوسم في نفسه
tag-merge-itself-detail = لا يمكن دمج وسم في نفسه؛ ضع في الحقل into معرّف وسم آخر.
