# What surrounds every page, and words that several pages share.
product-name = Jackfield
skip-to-content = Skip to the content
save-and-exit = Save and exit
help-question = Need a hand?
help-ask = Ask { $organization }
back = Back
step-of = Step { $number } of { $of }
page-title = { $heading } – { $organization }
page-title-error = Error: { $heading } – { $organization }
go-home = To the first page
copy = Copy
copied = Copied
words-working = One moment…
words-unsaved = That did not go through. What you typed is still here: try again in a moment.
words-offline = The page could not be reached. Check your connection, then try again. What you typed is still here.

# The error summary
summary-title = { $count ->
    [one] One thing needs a look
   *[other] { $count } things need a look
}
error-prefix = Error:

# The six statuses
status-not-connected = Not connected
status-checking = Checking…
status-connected = Connected
status-needs-reconnecting = Needs reconnecting
status-not-working = Not working
status-managed = Managed by { $organization }
