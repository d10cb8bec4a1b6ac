# نصوص الأخطاء التي ترد في «title» و«detail» من application/problem+json.
# -title بلا نقطة في آخره؛ -detail جملة تامة.
# {$reason} في invalid-parameter-detail جملة تامة بنقطتها (رسالة من violations.ftl)،
# وهو في malformed-json-detail نص المحلّل كما هو، بلا نقطة.
# {$limit} في أخطاء الحجم عدد البايتات، و{$seconds} عدد الثواني: يُمرَّران عددًا لا نصًّا حتى تصح صيغة الجمع.

## الطلب

bad-request-title = طلب غير صالح
bad-request-detail = تعذّر فهم هذا الطلب؛ راجع صياغته ثم أعد إرساله.
malformed-json-title = متن JSON غير صالح
malformed-json-detail = متن الطلب ليس JSON صالحًا، فصحّحه ثم أعد إرساله: { $reason }
malformed-cursor-title = مؤشر صفحات غير صالح
malformed-cursor-detail = مؤشر الصفحات تالف أو لا يخص هذه القائمة؛ أرسل قيمة next أو prev كما وردت، أو ابدأ من الصفحة الأولى.
unknown-parameter-title = معامل غير معروف
unknown-parameter-detail = المعامل «{ $name }» غير معروف في هذا المسار. { $reason }
invalid-parameter-title = قيمة معامل غير مقبولة
invalid-parameter-detail = قيمة المعامل «{ $name }» غير مقبولة. { $reason }
invalid-header-title = قيمة ترويسة غير مقبولة
invalid-header-detail = قيمة الترويسة «{ $name }» غير مقبولة. { $reason }
method-not-allowed-title = طريقة غير متاحة
method-not-allowed-detail = الطريقة { $method } غير متاحة لهذا المورد؛ تجد الطرائق المتاحة في الترويسة Allow.
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
unprocessable-more = توقف التحقق عند هذا الحد، وقد توجد أخطاء أخرى.

## الدخول والصلاحيات

forbidden-title = صلاحيات غير كافية
forbidden-detail = لا تسمح صلاحياتك بهذا الطلب؛ فهو يتطلب الدور «{ $role }» أو دورًا أعلى منه.

## غير موجود

not-found-title = المورد غير موجود
not-found-detail = لا يوجد مورد على هذا العنوان؛ تحقق من المسار والمعرّف.

## التعديل الآمن

idempotency-key-reused-title = مفتاح منع التكرار مستعمل
idempotency-key-reused-detail = استُعمل مفتاح منع التكرار هذا مع طلب مختلف؛ أرسل مفتاحًا جديدًا مع كل طلب جديد.
idempotency-key-invalid-title = مفتاح منع التكرار غير صالح
idempotency-key-invalid-detail = قيمة الترويسة Idempotency-Key غير صالحة؛ أرسل فيها نصًّا قصيرًا لا يتكرر، مثل UUID.
precondition-failed-title = تغيّر المورد بعد قراءته
precondition-failed-detail =
    { $current ->
        [read] الحالة الحالية لا توافق الشرط المرسل مع هذا الطلب؛ أعد القراءة بلا شرط.
       *[other] عُدّل هذا المورد بعد أن قرأته فلم يُحفظ تعديلك، ونسخته الآن هي { $current }؛ اجلبه من جديد وطبّق تعديلك ثم أعد الإرسال.
    }
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
