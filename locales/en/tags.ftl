# Problems of tags.

tag-not-found-title = Tag not found
tag-not-found-detail = There is no tag with this id or slug; check that it is right, or look for it in the tag list.
tag-exists-title = Tag already exists
tag-exists-detail = A tag already exists that matches “{ $name }” or differs from it only in spelling; use that tag or choose another name.
tag-merge-itself-title = Tag merged into itself
tag-merge-itself-detail = A tag cannot be merged into itself; put the id of another tag in the into field.
