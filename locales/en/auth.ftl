# Problems of sessions and tokens.

unauthenticated-title = Sign-in required
unauthenticated-detail = This request needs an access token; sign in, then send the token in the Authorization header after the word Bearer.
invalid-token-title = Invalid access token
invalid-token-detail = The access token is malformed, expired or revoked; get a new one with your refresh token, or sign in again.
invalid-credentials-title = Wrong email or password
invalid-credentials-detail = The email or the password is not correct; check both and try again.
refresh-token-invalid-title = Invalid refresh token
refresh-token-invalid-detail = The refresh token is malformed, expired or revoked; sign in again.
refresh-token-reused-title = Refresh token already used
refresh-token-reused-detail = This refresh token had already been used, so the whole session was revoked to protect the account; sign in again.
