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
slot-connected-as = Connected as { $account }
slot-connected-checked = Connected, checked { $checked }
slot-connected-as-checked = Connected as { $account }, checked { $checked }
slot-bad-as = { $status }: { $account }
slot-managed = Managed by { $organization }. There is nothing for you to do.
slot-change = Change what you entered
flash-connected = { $connector } is connected.
flash-reconnected = { $connector } is connected again.
flash-disconnected = { $connector } is disconnected.
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
done-next = What happens next
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
disconnect-stops = This stops:
disconnect-stops-nothing = Nothing uses this connection yet, so nothing stops.
disconnect-later = You can connect again at any time.
disconnect-keep = Keep it connected

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
missing-slot = Connect { $name }
missing-variable = Fill in { $name }
missing-page = Look at “{ $name }”
disconnect-stops-integration = { $integration } stops running until you connect again
page-not-yours = This page also sent something that { $organization } manages, so nothing was changed. Send it again from here
