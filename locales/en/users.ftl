# Problems of users.

user-not-found-title = User not found
user-not-found-detail = There is no user with this id; check that it is right, or look for the user in the user list.
email-taken-title = Email already registered
email-taken-detail = An account is already registered with this email; use another address or edit the existing account.
last-admin-title = Last administrator
last-admin-detail = This is the last active administrator and cannot be deleted, suspended or given a lower role; appoint another administrator first.
