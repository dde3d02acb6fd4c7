def remembered(build):
    return build
