# نصوص الأخطاء التي ترد في «title» و«detail» من application/problem+json.
# -title بلا نقطة في آخره؛ -detail جملة تامة.
# {$reason} في invalid-parameter-detail جملة تامة بنقطتها (رسالة من رسائل invalid-* أدناه)،
# وهو في malformed-json-detail نص المحلّل كما هو، بلا نقطة.
# {$limit} في أخطاء الحجم عدد البايتات، و{$seconds} عدد الثواني: يُمرَّران عددًا لا نصًّا حتى تصح صيغة الجمع.

## الطلب

bad-request-title = طلب غير صالح
bad-request-detail = تعذّر فهم هذا الطلب؛ راجع صياغته ثم أعد إرساله.
malformed-json-title = متن JSON غير صالح
malformed-json-detail = متن الطلب ليس JSON صالحًا، فصحّحه ثم أعد إرساله: { $reason }
malformed-cursor-title = مؤشر صفحات غير صالح
malformed-cursor-detail = مؤشر الصفحات تالف أو لا يخص هذه القائمة؛ أرسل قيمة next أو prev كما وردت، أو ابدأ من الصفحة الأولى.
empty-query-title = لا شيء للبحث عنه
empty-query-detail = لا تحتوي عبارة البحث على أي كلمة؛ اكتب كلمة واحدة على الأقل.
negative-query-title = البحث بالاستبعاد وحده
negative-query-detail = عبارة البحث لا تحتوي إلا على كلمات مستبعدة؛ أضف كلمة تريد العثور عليها.
unknown-parameter-title = معامل غير معروف
unknown-parameter-detail = المعامل «{ $name }» غير معروف في هذا المسار؛ احذفه أو راجع كتابة اسمه.
invalid-parameter-title = قيمة معامل غير مقبولة
invalid-parameter-detail = قيمة المعامل «{ $name }» غير مقبولة. { $reason }
method-not-allowed-title = طريقة غير متاحة
method-not-allowed-detail = الطريقة { $method } غير متاحة لهذا المورد؛ تجد الطرائق المتاحة في الترويسة Allow.
not-acceptable-title = لا توجد صيغة مقبولة
not-acceptable-detail = لا يستطيع الخادم أن يجيب بأيٍّ من الصيغ المذكورة في الترويسة Accept؛ أضف إليها application/json.
request-timeout-title = انتهت مهلة الطلب
request-timeout-detail =
    { $seconds ->
        [one] لم يصل الطلب كاملًا خلال ثانية واحدة؛ تحقق من الاتصال ثم أعد إرساله.
        [two] لم يصل الطلب كاملًا خلال ثانيتين؛ تحقق من الاتصال ثم أعد إرساله.
        [few] لم يصل الطلب كاملًا خلال { $seconds } ثوانٍ؛ تحقق من الاتصال ثم أعد إرساله.
       *[other] لم يصل الطلب كاملًا خلال { $seconds } ثانية؛ تحقق من الاتصال ثم أعد إرساله.
    }
content-too-large-title = متن الطلب كبير
content-too-large-detail = متن الطلب أكبر من الحد المسموح به، وهو { $limit } بايت؛ أرسل محتوى أصغر.
uri-too-long-title = عنوان الطلب طويل
uri-too-long-detail = عنوان الطلب أطول من الحد المسموح به، وهو { $limit } بايت؛ قلّل المعاملات أو اختصر قيمها.
head-too-large-title = ترويسات الطلب كبيرة
head-too-large-detail = ترويسات هذا الطلب كثيرة أو طويلة فوق الحد المسموح به؛ أرسل ترويسات أقل أو أقصر.
unsupported-media-type-title = نوع محتوى غير مدعوم
unsupported-media-type-detail = نوع محتوى هذا الطلب غير مدعوم هنا؛ اجعل قيمة الترويسة Content-Type هي { $expected } وأرسل المتن بهذه الصيغة.
encoded-body-title = متن مضغوط أو مرمّز
encoded-body-detail = لا يقبل الخادم متنًا تصحبه الترويسة Content-Encoding؛ أرسل المتن من غير ضغط ومن غير هذه الترويسة.
unprocessable-title = بيانات غير صالحة
unprocessable-detail = لم تجتز البيانات التحقق؛ تجد في القائمة errors كل حقل مرفوض وسبب رفضه.

## الدخول والصلاحيات

unauthenticated-title = تسجيل الدخول مطلوب
unauthenticated-detail = يتطلب هذا الطلب رمز وصول؛ سجّل الدخول، ثم أرسل الرمز في الترويسة Authorization مسبوقًا بكلمة Bearer.
invalid-token-title = رمز وصول غير صالح
invalid-token-detail = رمز الوصول غير صحيح أو منتهي الصلاحية أو مُلغى؛ احصل على رمز جديد برمز التجديد، أو سجّل الدخول مرة أخرى.
invalid-credentials-title = بيانات دخول غير صحيحة
invalid-credentials-detail = البريد الإلكتروني أو كلمة المرور غير صحيحة؛ تحقق منهما ثم حاول مرة أخرى.
account-suspended-title = الحساب موقوف
account-suspended-detail = هذا الحساب موقوف ولا يمكن الدخول به؛ تواصل مع أحد مديري الموقع لإعادة تفعيله.
forbidden-title = صلاحيات غير كافية
forbidden-detail = لا تسمح صلاحياتك بهذا الطلب؛ فهو يتطلب الدور «{ $role }» أو دورًا أعلى منه.
refresh-token-invalid-title = رمز تجديد غير صالح
refresh-token-invalid-detail = رمز التجديد غير صحيح أو منتهي الصلاحية أو مُلغى؛ سجّل الدخول مرة أخرى.
refresh-token-reused-title = رمز تجديد مستعمل من قبل
refresh-token-reused-detail = استُعمل رمز التجديد هذا من قبل، فأُلغيت الجلسة كلها حمايةً للحساب؛ سجّل الدخول مرة أخرى.
login-required-title = التعليق بعد تسجيل الدخول
login-required-detail = لا يعلّق في هذا الموقع إلا من سجّل الدخول؛ سجّل الدخول، ثم أرسل رمز الوصول في الترويسة Authorization مسبوقًا بكلمة Bearer.

## ما لا يوجد

not-found-title = المورد غير موجود
not-found-detail = لا يوجد مورد على هذا العنوان؛ تحقق من المسار والمعرّف.
article-not-found-title = المقال غير موجود
article-not-found-detail = لا يوجد مقال بهذا المعرّف أو بهذا الاسم في الرابط؛ تحقق من صحته.
tag-not-found-title = الوسم غير موجود
tag-not-found-detail = لا يوجد وسم بهذا المعرّف أو بهذا الاسم في الرابط؛ تحقق من صحته أو ابحث عنه في قائمة الوسوم.
user-not-found-title = المستخدم غير موجود
user-not-found-detail = لا يوجد مستخدم بهذا المعرّف؛ تحقق من صحته أو ابحث عنه في قائمة المستخدمين.
revision-not-found-title = النسخة المحفوظة غير موجودة
revision-not-found-detail = لا توجد لهذا المقال نسخة محفوظة بهذا الرقم؛ تجد الأرقام الصحيحة في قائمة نسخه المحفوظة.
comment-not-found-title = التعليق غير موجود
comment-not-found-detail = لا يوجد تعليق بهذا المعرّف؛ تحقق من صحته أو ابحث عنه في قائمة التعليقات.
settings-not-found-title = لا إعدادات خاصة بهذا المقال
settings-not-found-detail = ليست لهذا المقال إعدادات تعليق خاصة به، فهو يتبع إعدادات الموقع؛ أنشئها بطلب PUT إن أردت مخالفتها.

## التعارض

conflict-title = تعارض مع الحالة الراهنة
conflict-detail = يتعارض هذا الطلب مع الحالة الراهنة للمورد؛ اجلب أحدث نسخة منه ثم أعد المحاولة.
illegal-transition-title = إجراء لا تسمح به حالة المقال
illegal-transition-detail = لا يمكن تنفيذ الإجراء «{ $action }» على مقال حالته «{ $from }»؛ انقله أولًا إلى حالة تسمح بذلك.
slug-taken-title = اسم الرابط مستعمل
slug-taken-detail = اسم الرابط «{ $slug }» مستعمل من قبل؛ اختر اسمًا آخر، أو احذف الحقل ليولّد الخادم اسمًا مناسبًا.
tag-exists-title = الوسم موجود
tag-exists-detail = يوجد وسم يطابق «{ $name }» أو لا يختلف عنه إلا في الرسم؛ استعمل الوسم الموجود أو اختر اسمًا آخر.
email-taken-title = البريد الإلكتروني مسجّل
email-taken-detail = يوجد حساب مسجّل بهذا البريد الإلكتروني؛ استعمل بريدًا آخر أو عدّل الحساب القائم.
last-admin-title = لا مدير سواه
last-admin-detail = هذا آخر مدير نشط، فلا يمكن حذفه ولا إيقافه ولا خفض دوره؛ عيّن مديرًا آخر أولًا.
comment-repeated-title = التعليق مكرر
comment-repeated-detail = سبق أن أرسلت هذا التعليق نفسه على هذا المقال، وهو منشور أو ينتظر المراجعة؛ لا داعي لإرساله مرة أخرى.
tag-merge-itself-title = دمج الوسم في نفسه
tag-merge-itself-detail = لا يمكن دمج وسم في نفسه؛ ضع في الحقل into معرّف وسم آخر.
article-in-trash-title = المقال في سلة المحذوفات
article-in-trash-detail = هذا المقال في سلة المحذوفات؛ استعده أولًا ثم أعد الطلب.
comments-closed-title = التعليقات مغلقة
comments-closed-detail =
    { $reason ->
        [site] باب التعليق مغلق في هذا الموقع، فلم يُحفظ التعليق؛ يستطيع المديرون فتحه من إعدادات التعليق.
        [age] أُغلق باب التعليق على هذا المقال لمرور المدة المحددة على نشره، فلم يُحفظ التعليق؛ يستطيع المحررون فتحه من إعدادات التعليق.
        [unpublished] هذا المقال غير منشور فلا يُعلَّق عليه، ولم يُحفظ التعليق.
       *[article] باب التعليق على هذا المقال مغلق، فلم يُحفظ التعليق؛ يستطيع المحررون فتحه من إعدادات التعليق.
    }

## الإشارات

malformed-form-title = نموذج غير سليم
malformed-form-detail = تعذّرت قراءة النموذج في متن الطلب؛ صحّحه ثم أعد إرساله: { $reason }
mention-source-invalid-title = المصدر غير مقبول
mention-source-invalid-detail = المصدر غائب، أو ليس عنوان http أو https كاملًا يقصده هذا الخادم؛ أرسل عنوان الصفحة التي تحوي الرابط.
mention-target-invalid-title = الهدف غير مقبول
mention-target-invalid-detail = الهدف غائب، أو ليس عنوان http أو https كاملًا؛ أرسل العنوان الذي يشير إليه رابط المصدر.
mention-same-address-title = المصدر والهدف واحد
mention-same-address-detail = المصدر والهدف عنوان واحد؛ أرسل عنوان صفحة أخرى تشير إلى الهدف.
mention-source-own-title = المصدر من هذا الموقع
mention-source-own-detail = المصدر مقال من هذا الموقع نفسه؛ لا تُقبل الروابط داخل الموقع بوصفها إشارات.
mention-source-denied-title = المصدر مرفوض
mention-source-denied-detail = لا تُقبل الإشارات إلى هذا المقال من هذا المصدر.
mention-target-foreign-title = الهدف في موقع آخر
mention-target-foreign-detail = الهدف ليس في هذا الموقع؛ أرسل الإشارة إلى الموقع الذي هو فيه.
mention-target-not-article-title = الهدف ليس مقالًا
mention-target-not-article-detail = الهدف في هذا الموقع لكنه ليس عنوان مقال؛ المقالات وحدها تقبل الإشارات.
mention-target-not-found-title = الهدف غير موجود
mention-target-not-found-detail = لا يوجد مقال في عنوان الهدف؛ تأكّد من صحته.
pings-closed-title = الإشارات مغلقة
pings-closed-detail = لا يقبل هذا المقال الإشارات من المواقع الأخرى، أو لم يعد يقبلها.
mention-not-found-title = الإشارة غير موجودة
mention-not-found-detail = لا توجد إشارة بهذا المعرّف؛ تأكّد من صحته.

## التعديل الآمن

idempotency-key-reused-title = مفتاح منع التكرار مستعمل
idempotency-key-reused-detail = استُعمل مفتاح منع التكرار هذا مع طلب مختلف؛ أرسل مفتاحًا جديدًا مع كل طلب جديد.
idempotency-key-invalid-title = مفتاح منع التكرار غير صالح
idempotency-key-invalid-detail = قيمة الترويسة Idempotency-Key غير صالحة؛ أرسل فيها نصًّا قصيرًا لا يتكرر، مثل UUID.
precondition-failed-title = تغيّر المورد بعد قراءته
precondition-failed-detail = عُدّل هذا المورد بعد أن قرأته فلم يُحفظ تعديلك، ونسخته الآن هي { $current }؛ اجلبه من جديد وطبّق تعديلك ثم أعد الإرسال.
precondition-required-title = الترويسة If-Match مطلوبة
precondition-required-detail = يتطلب التعديل الترويسة If-Match؛ أرسل فيها قيمة ETag التي وصلتك عند القراءة، أو علامة النجمة للتعديل أيًّا كانت النسخة.

## الخادم

too-many-requests-title = طلبات كثيرة
too-many-requests-detail =
    { $seconds ->
        [one] وصلت منك طلبات كثيرة في وقت قصير؛ أعد المحاولة بعد ثانية واحدة.
        [two] وصلت منك طلبات كثيرة في وقت قصير؛ أعد المحاولة بعد ثانيتين.
        [few] وصلت منك طلبات كثيرة في وقت قصير؛ أعد المحاولة بعد { $seconds } ثوانٍ.
       *[other] وصلت منك طلبات كثيرة في وقت قصير؛ أعد المحاولة بعد { $seconds } ثانية.
    }
internal-title = خطأ في الخادم
internal-detail = حدث خطأ غير متوقع في الخادم؛ أعد المحاولة، فإن تكرر الخطأ فأبلغ مسؤول الخادم بمعرّف الطلب.
unavailable-title = الخدمة غير متاحة مؤقتًا
unavailable-detail = الخدمة غير متاحة مؤقتًا؛ أعد المحاولة بعد المهلة المذكورة في الترويسة Retry-After.
storage-full-title = مساحة التخزين ممتلئة
storage-full-detail = لم يُحفظ التغيير لأن مساحة التخزين في الخادم ممتلئة؛ أبلغ مسؤول الخادم، ثم أعد المحاولة بعد توفير مساحة.
not-implemented-title = وظيفة غير متوفرة
not-implemented-detail = هذه الوظيفة غير متوفرة في هذا الإصدار؛ راجع وثيقة OpenAPI لمعرفة المتاح.

## التحقق من الحقول

invalid-required = هذا الحقل مطلوب.
invalid-unknown-field = هذا الحقل غير معروف؛ احذفه أو راجع كتابة اسمه.
invalid-read-only = هذا الحقل للقراءة فقط؛ لا ترسله.
invalid-wrong-type = نوع القيمة غير صحيح؛ النوع المطلوب: { $expected }.
invalid-too-long = النص أطول من المسموح به؛ الحد الأقصى بالأحرف: { $max }.
invalid-too-short = النص أقصر من المطلوب؛ الحد الأدنى بالأحرف: { $min }.
invalid-too-many = عدد العناصر أكبر من المسموح به؛ الحد الأقصى: { $max }.
invalid-out-of-range = يجب ألّا تقل القيمة عن { $min } وألّا تزيد على { $max }.
invalid-not-one-of = القيمة ليست من القيم المقبولة، وهي: { $allowed }.
invalid-nul-character = لا يجوز أن يحتوي النص على المحرف الصفري (U+0000).
invalid-invalid-lang = رمز اللغة غير صالح؛ استعمل رمزًا وفق BCP 47، مثل ar أو ar-LY.
invalid-invalid-url = الرابط غير صالح؛ أرسل رابطًا كاملًا يبدأ بالبادئة https أو http.
invalid-invalid-email = عنوان البريد الإلكتروني غير صالح.
invalid-invalid-slug = اسم الرابط غير صالح؛ استعمل الحروف والأرقام والشرطات فقط.
invalid-invalid-time = الوقت غير صالح؛ أرسله بصيغة RFC 3339، مثل 2030-01-31T09:00:00Z.
invalid-invalid-format = صيغة القيمة غير صحيحة.
invalid-duplicate = هذه القيمة مكررة.
invalid-weak-password = كلمة المرور ضعيفة؛ اختر كلمة أطول يصعب تخمينها.
invalid-unknown-tag = لا يوجد وسم اسمه «{ $name }»، ولا يسمح لك دورك بإنشاء الوسوم.
invalid-unknown-comment = لا يوجد تحت هذا المقال تعليق بهذا المعرّف يمكن الرد عليه.
invalid-empty = لا يجوز أن يكون هذا الحقل فارغًا.
invalid-too-deep = مستويات التداخل أكثر من المسموح به؛ الحد الأقصى: { $max }.
invalid-too-large = القيمة أكبر حجمًا من المسموح به؛ الحد الأقصى بالبايت: { $max }.
invalid-must-be-null-or-positive = يجب أن تكون القيمة null أو عددًا صحيحًا أكبر من صفر.
invalid-not-an-object = يجب أن تكون القيمة كائن JSON.
invalid-end-before-start = يجب أن يأتي وقت النهاية بعد وقت البداية.
