# A file of customers
import-title = Import customers
import-lead = Nothing changes yet: you see what would become of each row before anything is imported. Importing the same file again changes nothing.
import-file = File (CSV)
import-file-hint = Up to { $rows } rows and 2 MB, with headings in the first line. Commas, semicolons or tabs all do.
import-text = Or paste the rows
import-text-hint = With their headings, as you would copy them from a spreadsheet.
import-integration = Fill in connections of an integration
import-integration-hint = If the file also holds what customers’ connections need, such as their keys.
import-integration-none = No, only customers
import-submit = Look at the file
import-empty = There is no row in it. Choose a file with headings in its first line and a customer in each further one
import-line = Line { $line } could not be read. Look for a quotation mark that is not closed
import-too-many-rows = It holds more than { $rows } rows. Divide it, and import one part after the other
import-too-large = It is larger than 2 MB. Divide it, and import one part after the other
import-too-many = Twenty other imports wait or run. Start or discard one of them first
import-no-integration = What it is to fill in is no longer there. Choose something else

# What its columns mean
import-file-rows = { $count ->
    [one] 1 row
   *[other] { $count } rows
}
import-file-of = { $name }, { $rows }
import-pasted = Pasted rows
import-mapping-title = What does each column hold?
import-mapping-lead = What we could tell from the headings is chosen already.
import-mapping-submit = See what would change
import-mapping-again = Change the columns
import-discard = Discard this file
import-target-nothing = Leave it out
import-target-id = Your own id
import-target-name = Name
import-target-input = { $slot }: { $input }
import-id-not-once = Choose one column that holds your own id
import-name-twice = Only one column can hold the name
import-input-twice = Two columns hold the same value. Leave one of them out
import-unknown-target = Choose from the list what each column holds
import-changed-meanwhile = Somebody else went on with this file meanwhile. This is how it stands now.

# What would become of each row
import-planned-title = Nothing has changed yet
import-what = { $new } new, { $changed } changed, { $same } the same, { $wrong } wrong
import-what-nothing = Nothing would change: all that the file says is there already, or is wrong.
import-checks = Check each connection before saving it
import-checks-hint = Each key is tried with its own service, a few a second. What a service does not accept is not saved.
import-start = Import the rows that are right
import-rows = Rows of the file
import-row = Row
import-note = What and why
import-result-heading = Result
import-none = No row is in this group.
import-all = All
import-new = New
import-same = The same
import-changed = Changes
import-wrong = Wrong
import-changed-columns = { $columns }
import-repeated = { $column }: row { $row } has the same
import-wrong-in = { $column }: { $why }
import-wrong-required = nothing is filled in
import-wrong-too-long = it is too long
import-wrong-too-short = it is too short
import-wrong-not-a-choice = it is none of the choices
import-wrong-not-a-boolean = write yes or no
import-wrong-not-a-number = write a number
import-wrong-not-an-integer = write a whole number
import-wrong-not-a-date = write a date, such as 2026-03-27
import-wrong-not-a-url = write a whole address, such as https://example.com
import-wrong-not-an-email = write an e-mail address
import-wrong-not-a-hostname = write only a host’s name, such as example.com
import-wrong-control-character = it holds a character that cannot be seen
import-wrong-unknown-customer = there is no such customer; with a column for the name, one would be made
import-wrong-unknown-input = it has no such field any more
import-wrong-other = it does not look right

# While it runs, and after
import-running-title = Importing…
import-progress = { $done } of { $of } rows
import-running-hint = You can leave this page: it goes on by itself, also after a restart.
import-look-again = Look again
import-done-title = The file is imported
import-result = Download the result (CSV)
import-forget = Remove this result
import-discarded = The file is gone. Customers that were imported stay.
