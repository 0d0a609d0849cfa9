/** Texts that try to get out of the report's data or page. Whatever runs of them sets `__pwned`. */
export const HOSTILE = {
  script: "</script><script>window.__pwned = 1</script><!--<script>",
  image: '<img src=x onerror="window.__pwned = 2">',
  bidi: "invoice\u202Efdp.exe\u2066 zero\u200Bwidth",
  separators: "line\u2028paragraph\u2029end",
  address: "javascript:window.__pwned=3",
} as const;

/** A page as it may be scraped. */
export const HOSTILE_PAGE = `<!doctype html>
<title>${HOSTILE.bidi}</title>
<base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/">
<body onload="window.__pwned = 4">
<p>${HOSTILE.separators}</p>
${HOSTILE.image}
<svg onload="window.__pwned = 5"></svg>
<a href="${HOSTILE.address}">Continue</a>
<script>window.__pwned = 6; alert(document.domain)</script>
</body>
`;
