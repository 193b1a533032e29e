-- Which months of the archive the next walk would make and drop.
with {archive-changes}
select what, name from changes order by name
