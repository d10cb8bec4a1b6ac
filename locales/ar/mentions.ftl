# Problems of mentions.

malformed-form-title = نموذج غير سليم
malformed-form-detail = تعذّرت قراءة النموذج في متن الطلب؛ صحّحه ثم أعد إرساله: { $reason }
mention-source-invalid-title = المصدر غير مقبول
mention-source-invalid-detail = المصدر غائب، أو ليس عنوان http أو https كاملًا يقصده هذا الخادم؛ أرسل عنوان الصفحة التي تحوي الرابط.
mention-target-invalid-title = الهدف غير مقبول
mention-target-invalid-detail = الهدف غائب، أو ليس عنوان http أو https كاملًا؛ أرسل العنوان الذي يشير إليه رابط المصدر.
mention-same-address-title = المصدر والهدف واحد
mention-same-address-detail = المصدر والهدف عنوان واحد؛ أرسل عنوان صفحة أخرى تشير إلى الهدف.
mention-source-own-title = المصدر من هذا الموقع
mention-source-own-detail = المصدر صفحة من هذا الموقع نفسه؛ لا تُقبل الروابط داخل الموقع بوصفها إشارات.
mention-source-denied-title = المصدر مرفوض
mention-source-denied-detail = لا تُقبل الإشارات إلى هذا المقال من هذا المصدر.
mention-target-foreign-title = الهدف في موقع آخر
mention-target-foreign-detail = الهدف ليس في هذا الموقع؛ أرسل الإشارة إلى الموقع الذي هو فيه.
mention-target-not-article-title = الهدف ليس مقالًا
mention-target-not-article-detail = الهدف في هذا الموقع لكنه ليس عنوان مقال؛ المقالات وحدها تقبل الإشارات.
mention-target-not-found-title = الهدف غير موجود
mention-target-not-found-detail = لا يوجد مقال في عنوان الهدف؛ تأكّد من صحته.
pings-closed-title = الإشارات مغلقة
pings-closed-detail = لا يقبل هذا المقال إشارات جديدة من المواقع الأخرى، أو لم يعد يقبلها.
mention-not-found-title = الإشارة غير موجودة
mention-not-found-detail = لا توجد إشارة بهذا المعرّف؛ تأكّد من صحته.
