# Mails; each is sent as text and as HTML with the same words
mail-test-subject = A test mail from { $organization }
mail-test-text = Mail works: this is the test that you asked for in the settings.
mail-hello = Hello { $person },
mail-button-else = If the button does nothing, copy this address into your browser:
mail-not-expected = Not expected? You can leave this mail unanswered, and nothing happens.
mail-invitation-subject = Your invitation to { $organization }'s connections
mail-invitation-text = { $inviter } invites you to help with the connections of { $organization }'s customers, in the role { $role }.
mail-invitation-button = Accept the invitation
mail-once-until = This address works once, until { $clock } UTC on { $day }. Do not pass it on.
mail-link-subject = { $subject }: { $organization } asks you to connect
mail-link-text = { $organization } needs your help to connect { $subject }. It takes a few minutes, and you can stop and come back at any time.
mail-link-all = your connections
mail-link-button = Open and connect
mail-link-until = This address works until { $clock } UTC on { $day }. Whoever has it can connect for you, so pass it on only to people you trust.
mail-reset-subject = Your new password for { $organization }'s connections
mail-reset-text = An owner of { $organization }'s console made this link for you, so that you can choose a new password.
mail-reset-button = Choose a password
mail-sign-in-subject = Sign in to your connections with { $organization }
mail-sign-in-text = You have been given access to your company's connections with { $organization }. The button signs you in; there you can choose a password for later.
mail-sign-in-button = Sign in
mail-alerts-of = { $subject } – { $organization }
mail-alerts-subject = { $count ->
    [one] One connection needs you
   *[other] { $count } connections need you
}
mail-alerts-daily = { $count ->
    [one] Today: one thing that needs you
   *[other] Today: { $count } things that need you
}
mail-alerts-new = { $count ->
    [one] This just came up:
   *[other] These { $count } just came up:
}
mail-alerts-open = { $count ->
    [one] One thing is open:
   *[other] { $count } things are open:
}
mail-alert-since = Since { $clock } UTC on { $day }
mail-alerts-button = See all alerts
mail-alerts-all = See all { $count }
mail-alerts-why = You asked for these mails. Change when they come, or stop them, under Alerts.
alert-title-needs-reconnecting = { $customer } needs to sign in again: { $what }
alert-title-check-failed = { $what } does not work for { $customer }
alert-title-expiring = The access of { $customer } ends soon: { $what }
alert-title-wizard-left = { $customer } left { $what } half set up
alert-title-help-asked = { $customer } asks for help with { $what }
