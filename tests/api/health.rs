//! Health checks and unknown paths.

use crate::support::TestApp;

api_test!(running_server_is_live, async |app: TestApp| {
    app.get("/health/live").send().await.expect(200);
    app.head("/health/live").send().await.expect(200);
});

api_test!(server_with_its_database_is_ready, async |app: TestApp| {
    app.get("/health/ready").send().await.expect(200);
});

api_test!(unknown_path_is_a_problem, async |app: TestApp| {
    let answer = app.get("/api/v1/nothing-here").send().await.expect(404);
    let problem = answer.problem("not_found");
    let request_id = answer.header("x-request-id").expect("every answer has one");
    assert!(problem["instance"].as_str().expect("an instance").contains(request_id));
});
