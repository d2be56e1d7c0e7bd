# A link that opens nothing
link-title = This link has ended
link-expired = Links work for a limited time, so that nobody else can use them later. Everything you entered is saved.
link-revoked = { $organization } has replaced this link or taken it back. Everything you entered is saved.
link-unknown = It may be incomplete: check that all of it was copied.
link-next = Ask { $organization } for a new one. It takes you to where you stopped.

# A session that ended
session-title = For your safety we signed you out
session-sentence = It was quiet here for a while. Everything that was saved is still there.
session-next = Sign in, or open your link again, and you are back at the same step.

# Errors without a page of their own
error-request-id = If you ask for help, give this number:
error-400-title = That did not arrive as it should
error-400-sentence = Part of what your browser sent was missing. Go back, reload the page and send it again.
error-403-title = This page is not open to you
error-403-sentence = You may have been away for a while, or the page came from another site. Open your link again, or ask { $organization }.
error-not-allowed-title = Your role does not go that far
error-not-allowed-sentence = Ask a colleague whose role does, or { $organization }.
error-404-title = There is no page here
error-404-sentence = The address may be incomplete, or what was here has been removed.
error-409-title = Someone else was faster
error-409-sentence = This was changed while you were looking at it. Reload the page to see how it is now.
error-413-title = That is too much at once
error-413-sentence = What you sent is larger than this page can take. Shorten it and send it again.
error-429-title = A short break
error-429-sentence = There were many tries in a short time. Wait a minute, then go on.
error-500-title = That is our mistake
error-500-sentence = Something here went wrong, and it was noted down. Nothing that was saved before is lost. Try again in a moment.
error-503-title = Back in a moment
error-503-sentence = We are busy or being updated. Nothing that was saved before is lost. Try again in a minute.
error-not-saved-title = That was not saved
error-not-saved-sentence = We cannot write anything down just now. Wait a moment, then reload this page: your browser sends again what you typed. Everything you saved before is safe.
error-unsure-title = That may not have been saved
error-unsure-sentence = Something here went away while it was being saved. Wait a moment, then reload this page: your browser sends again what you typed. Sending it twice does no harm.
