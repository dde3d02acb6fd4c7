"""The facts of the seed document, in both languages."""

COUNTRIES = {
    "United States": "美国",
    "United Kingdom": "英国",
    "Canada": "加拿大",
    "Ukraine": "乌克兰",
    "Australia": "澳大利亚",
    "New Zealand": "新西兰",
    "France": "法国",
    "Egypt": "埃及",
    "South Africa": "南非",
    "Finland": "芬兰",
    "United Arab Emirates": "阿联酋",
    "Singapore": "新加坡",
    "Indonesia": "印度尼西亚",
    "Rwanda": "卢旺达",
    "Cameroon": "喀麦隆",
}


COOPERATION = ["师资培训", "科研合作", "学生交流", "中外合作办学", "其他项目"]
