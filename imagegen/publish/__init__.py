"""Files that tell a site what pictures there are: one neutral value, one writer for each tool."""
