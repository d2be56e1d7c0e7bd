# How a sign-in ended, when it did not end in a connection.
outcome-code = Code: { $code }
outcome-said = { $connector } said: “{ $said }”
outcome-missing = What was not allowed:
outcome-try-again = Try again
outcome-back = Back to the step

outcome-denied-title = { $connector } was not connected
outcome-denied-sentence = At { $connector } the answer was “no”, so nothing was connected and nothing was saved.
outcome-denied-next = If that was not what you meant, try again and choose to allow it.

outcome-cancelled-title = You stopped before the end
outcome-cancelled-sentence = { $connector } was not connected. Everything else you entered is saved.
outcome-cancelled-next = Try again whenever you are ready.

outcome-expired-title = The sign-in took too long
outcome-expired-sentence = For your safety a sign-in at { $connector } ends after ten minutes. Nothing was connected.
outcome-expired-next = Try again: it usually takes less than a minute.

outcome-missing-scope-title = { $connector } allows too little
outcome-missing-scope-sentence = You signed in, but some of what { $organization } needs was left out.
outcome-missing-scope-next = Try again and leave every permission ticked.

outcome-admin-approval-needed-title = An administrator has to allow this
outcome-admin-approval-needed-sentence = Your company’s { $connector } lets only an administrator connect it. { $connector } may already have asked yours.
outcome-admin-approval-needed-next = Once it is approved, come back and try again. Everything else you entered is saved.

outcome-provider-broken-title = { $connector } has a problem
outcome-provider-broken-sentence = You did everything right, but { $connector } did not finish the sign-in.
outcome-provider-broken-next = Try again in a few minutes. Everything else you entered is saved.

outcome-misconfigured-title = This is for { $organization } to put right
outcome-misconfigured-sentence = { $connector } does not accept how { $organization } asks for access. You have done nothing wrong.
outcome-misconfigured-next = Ask { $organization } and give them the code below. Everything else you entered is saved.

outcome-other-browser-title = Finish in the browser you began with
outcome-other-browser-sentence = This sign-in was begun in another browser or on another device. For your safety nothing was connected.
outcome-other-browser-next = Go back to that browser, or open your link here and connect { $connector } again.

outcome-already-used-title = This sign-in is already finished
outcome-already-used-sentence = The page was opened a second time. Nothing changed.
outcome-already-used-next = Go back to the step to see whether { $connector } is connected.
