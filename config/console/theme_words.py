"""Words of the admin theme, which brings no Chinese: named here to be collected for translation."""

from django.utils.translation import gettext_lazy as _

WORDS = [
    _("After you've created a user, you’ll be able to edit more user options."),
    _("All"),
    _("Apply Filters"),
    _(
        "Below is a preview of data to be imported. If you are satisfied with the results, "
        "click 'Confirm import'"
    ),
    _("Cancel"),
    _("Change password"),
    _("Clear all filters"),
    _("Click to cancel"),
    _("Click to download"),
    _("Close"),
    _("Confirm import"),
    _("Date from"),
    _("Date to"),
    _("Delete"),
    _("Export"),
    _("Filters"),
    _("From"),
    _("General"),
    _("Import"),
    _("More actions"),
    _("Next"),
    _("No data"),
    _("No results found"),
    _("No, take me back"),
    _("Previous"),
    _(
        "Raw passwords are not stored, so there is no way to see this "
        "user’s password, but you can change the password using "
        '<a href="{}" class="text-primary-600 dark:text-primary-500">this form</a>.'
    ),
    _("Record picture"),
    _("Remove"),
    _("Reset filters"),
    _("Run"),
    _("Run the selected action"),
    _("Save"),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Save and view"),
    _("Select action"),
    _("Select action to run"),
    _("Select all rows"),
    _("Select format"),
    _("Select record"),
    _("Select value"),
    _("Some rows failed to validate"),
    _("Submit"),
    _("This page yielded into no results. Create a new item or reset your filters."),
    _("Toggle password visibility"),
    _("To"),
    _("Type to search"),
    _("Update"),
    _("Value"),
    _("View"),
    _("Yes, I’m sure"),
    _(" By %(filter_title)s "),
]
