"""How to load a file that nobody here has seen, in one page."""

GUIDE = """\
Load an export (CSV, TSV, Excel, Parquet, JSON, JSON Lines) into landing. The file is kept as it is; nothing is
uploaded, and no address in it is opened.

  hibiki import FILE… --as KIND            load
  hibiki import FILE… --as KIND --dry-run  show the first rows as they would be read, and what is wrong

KIND is one of ours, whose file has our own column names (what is not needed may be left out):

  post_observations     counters of posts: platform, post_id, observed_at + views, likes, comments, reach, …
  account_observations  counters of accounts: platform, account_id, observed_at + followers, following, posts, …
  posts                 posts without counters: platform, post_id + published_at, caption, permalink, format, …
  orders                shop, order_id, ordered_at, currency + gross, refunded, code, utm_source, …
  link_days             clicks: link_id, day, clicks          links: link_id + long_url, created_at
  audience              platform, account_id, observed_at, dimension, bucket + persons (a number of people, no per cent;
                        dimension is age, gender, country or interest; what is withheld is left out or left empty)
  audience_overlaps     platform, account_id, other_platform, other_account_id, observed_at, share_of_smaller
  site_days             visits by label: property_id, day + sessions, utm_source, utm_campaign, utm_content, …
  order_touches         visits before an order: shop, order_id, touched_at + utm_source, utm_content, link_id, …
  shopify_orders_csv    Shopify's own order export ([sources.shopify] shop says whose)

or a mapping, which says which of their columns is which of ours. Save it as imports/NAME.toml and write --as NAME:

  kind = "post_observations"

  [columns]                          # our column = "their column"; in JSON also a path: "statistics.viewCount"
  post_id = "video_id"
  observed_at = "snapshot_ts"        # when the figures were true, not when the file was made
  views = "view_count"
  likes = "like_count"
  watch_seconds = "watch_minutes"
  account_id = "channel_id"          # further columns fill the posts and accounts, too
  published_at = "published_at"

  [constants]                        # our column = the same value in every row
  platform = "youtube"

  [read]                             # all of it optional
  timezone = "Asia/Seoul"            # of times written without a zone; else the workspace's
  datetime_format = "%d/%m/%Y %H:%M" # ISO 8601, 2026/5/1 9:30 and 2026年5月1日 need none
  epoch = "s"                        # times are numbers: "s", "ms" or "excel"
  day_is = "end"                     # a day without a time means its "start" or its "end"
  hidden = ["-", "非公開"]            # cells that say: the creator hides it. "" is an empty cell
  unknown = ["N/A"]                  # cells that say nothing; an empty cell does anyway
  decimal = ","                      # 1.234,5
  multiply = { watch_seconds = 60 }  # they count minutes
  filled = "Total"                   # only rows count in which this column of theirs is filled
  sheet = "Posts"                    # Excel: name or number
  header_row = 3                     # where the header is not in the first filled row
  records = "data.videos"            # JSON: where the list is
  encoding = "cp932"                 # found out, unless you say it
  delimiter = ";"                    # found out, unless you say it

What happens to the rows. Unknown stays unknown: an empty or hidden cell never becomes 0. A row that cannot be read is
put aside (ops.rejected_rows) with its number, its column, its value and what would be right; the others go on. A date
that could be two days (03/04/2026), an id that a spreadsheet has shortened (6.57E+18) and 1.500 where it could be 1500
are refused, not guessed. The same file loaded twice is loaded once. Landing keeps the whole file, with whatever
personal data stands in columns that the mapping does not read: remove those columns before, if you need not keep them.
"""
