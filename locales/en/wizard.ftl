# A page of the wizard
save-and-continue = Save and continue
check-your-answers = Check your answers
saved-at = Saved { $time }
connect = Connect { $connector }
reconnect = Reconnect { $connector }
disconnect = Disconnect { $connector }
save-anyway = Save anyway
save-anyway-hint = We will check it again later and tell you if it does not work.
sign-in-at = You will sign in at { $host } and come back here.
sign-in-there = You will sign in to { $connector } and come back here.
slot-optional = { $name } (optional)
pick-legend = Which connection shall { $name } use?
pick-new = Add a new connection
pick-line = { $who }. { $used }
pick-used = { $count ->
    [0] Not used yet
    [one] Used in 1 integration
   *[other] Used in { $count } integrations
}
slot-connected-as = Connected as { $account }
slot-connected-checked = Connected, checked { $checked }
slot-connected-as-checked = Connected as { $account }, checked { $checked }
slot-bad-as = { $status }: { $account }
slot-managed = Managed by { $organization }. There is nothing for you to do.
slot-change = Change what you entered
slot-details = Details
review-skipped = { $organization } looks after these. There was no step for them.
slot-managed-problem-title = There is a problem with this connection
slot-managed-problem-sentence = { $organization } has been told.
flash-connected = { $connector } is connected.
flash-reconnected = { $connector } is connected again.
flash-saved = Saved.

# Check your answers
review-title = Check your answers
review-intro = This is what { $integration } will use. You can change any of it now, or come back to it later.
review-intro-live = { $integration } is on. Change what you like; it takes effect when you save.
review-missing = Before { $integration } can be turned on
review-change = Change
review-change-of = Change { $label }
review-secret = Saved
review-empty = Not given
turn-on = Turn on { $integration }
save-changes = Save changes

# After it
done-title = { $integration } is on
done-title-changed = Your changes are saved
done-sentence = Everything is connected, and it starts working right away. You can close this page.
done-sentence-changed = { $integration } uses your new settings from now on. You can close this page.
done-review = See or change your answers
paused-title = Your answers are saved
paused-sentence = { $integration } is not turned on yet. Come back whenever it suits you: the same link brings you to where you stopped.
paused-resume = Carry on now

# Two people, one page
conflict-title = Someone else changed this page too
conflict-intro = While you were writing, the page was saved from another tab or by another person. Choose what to keep; nothing is lost until you save.
conflict-yours = What you entered
conflict-saved = What is saved now
conflict-secret-yours = The new one you typed
conflict-secret-saved = The one saved before
conflict-empty = Nothing

# Disconnecting
disconnect-title = Disconnect { $connector }?
disconnect-account = It is connected as { $account }.
disconnect-stops = This depends on it:
disconnect-stops-nothing = Nothing uses this connection yet, so nothing stops.
disconnect-later = You can connect again at any time.
disconnect-keep = Keep it connected
disconnected-title = { $connector } is disconnected
disconnected-sentence = What { $organization } held of this connection has been removed. You can connect again at any time.
disconnected-revoked = { $connector } has confirmed that the access is withdrawn.
disconnected-not-supported = { $connector } gives us no way to withdraw the access there.
disconnected-failed = The access could not be withdrawn at { $connector } as well: { $reason }. We do not hold it any more, and will not try again.
disconnected-take-away-at = To be quite sure, sign in at { $host } and take { $organization } off the list of connected apps in your settings.
disconnected-take-away = To be quite sure, sign in to { $connector } and take { $organization } off the list of connected apps in your settings.

# A connection's own page
check-now = Check now
check-passed = Worked
check-latency = { $ms } ms
check-by-api = { $when }, asked for by { $organization }
check-after-consent = { $when }, after signing in
check-by-schedule = { $when }, by itself
check-after-failure = { $when }, after a run was refused
flash-check-passed = Checked just now: { $connector } works.
notice-check-failed = Checked just now: { $title }.
notice-no-check = { $connector } offers no way to check it from here.
notice-not-connected = { $connector } is not connected, so there is nothing to check.
notice-already-chosen = That was settled already. This is how things stand.
life-account = Account
life-used-for = Used for
life-use-on = { $integration }, turned on
life-use-off = { $integration }, not turned on
life-access = Access
life-renews = Renews by itself, next { $when }.
life-renewal-failing = Could not be renewed: { $reason }. We try again by ourselves { $when }.
life-renewed = Last renewed
life-ends = Your sign-in
life-ends-on = Ends { $when }. Reconnect before then, and nothing stops.
life-checked = Last checked
life-never-checked = Not checked yet
life-checks = The last checks

# Another account signed in
other-account-title = You signed in as { $account }
other-account-sentence = This connection belongs to { $account }. Nothing has changed so far.
other-account-means = If you use { $account } instead, everything that uses this connection works with that account’s data from then on.
other-account-again = Sign in again as { $account }
other-account-use = Use { $account } instead
other-account-leave = Leave everything as it is
other-account-hint = If { $connector } signs you in without asking who you are, sign out there first.
other-account-time = You have ten minutes to choose; after that the new sign-in is thrown away.

# A slot that is not ready to go on with
slot-connect-first-title = Connect { $connector } to go on
slot-connect-first-sentence = You will be asked to sign in, and then come back here.
slot-reconnect-to-apply-title = Reconnect { $connector } to use what you changed
slot-reconnect-to-apply-sentence = Until then it goes on working as before. What you changed is kept here.

# Values in words
value-yes = Yes
value-no = No
value-ticked = ticked
value-not-ticked = not ticked
time-just-now = just now
time-today = today at { $time } UTC
time-on = on { $day }
time-soon = in a moment
time-at = at { $time } UTC
missing-slot = Connect { $name }
missing-variable = Fill in { $name }
missing-page = Look at “{ $name }”
disconnect-stops-integration = { $integration }, which is turned on, stops running until you connect again
disconnect-keeps-off = { $integration }, which is not turned on, cannot be turned on until you connect again
page-not-yours = This page also sent something that { $organization } manages, so nothing was changed. Send it again from here
