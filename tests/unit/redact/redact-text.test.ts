import { describe, expect, it } from "vitest";
import { KnownValues } from "@/core/redact/known-values";
import { redactHeader } from "@/core/redact/redact-headers";
import { tableHead } from "@/core/redact/redact-tables";
import { redactText } from "@/core/redact/redact-text";
import { marked, plainTags } from "./marked";

const sink = () => {
  const rules: string[] = [];
  return { values: new KnownValues(), note: (rule: string) => rules.push(rule), rules };
};
const hiddenIn = (text: string): string => redactText(text, sink());
const hidden = (text: string): string => plainTags(hiddenIn(text));

/** What stands in «…» goes, all the rest stays: `«kind|secret»`. */
const SPECIFIED: Record<string, string[]> = {
  "user and password before a host": [
    "https://«password|bob:Zq7vR8w»@h.example/",
    "postgres://«password|bob:Zq7»@db.example:5432/x",
    "redis://«password|:Zq7vR8wK»@cache",
    "ftp://«password|Zq7vR8wK63»@h.example and https://«password|al:x»@b.example",
    "see //«password|bob:Zq7vR8wK»@h.example/",
    '"//«password|bob:Zq7vR8wK»@h.example/"',
    "//bob@h.example/ has no password",
    "https://h.example/@bob and bob@h.example, see https://h.example/?to=bob@h.example",
    "https://h.example a@b",
    "http://h.example#a@b",
    "a//bob:Zq7@h.example, ///bob:Zq7@h.example",
  ],
  parameters: [
    "https://h.example/?token=«token|Zq7vR8wK»&page=2",
    "https://h.example/?page=2&amp;token=«token|Zq7vR8wK»&amp;x=1",
    "https://h.example/#access_token=«token|Zq7vR8wK»",
    "https://h.example/x;jsessionid=«session|Zq7vR8wK»?page=2",
    "https://h.example/x;v=1?page=2&sid=«session|Zq7vR8wK»",
    "https://h.example/x;sid=«session|Zq7v?R8»?token=«token|Zq7vR8wK»",
    "https://h.example/?user[password]=«password|open»&user%5Bpassword%5D=«password|open»",
    "https://h.example/?auth.password=«password|open»&my-token=«token|Zq7vR8wK»",
    "https://h.example/?%74oken=«token|Zq7vR8wK»&t%6fken=«token|Zq7vR8wK»&%70%61%73%73%5F%77%44=«password|ab1»",
    "https://h.example/?api%2Dkey=«key|open»&api%2dkey=«key|shut»&password%32=«password|ajar»",
    "https://h.example/x;v=1?token=«token|open»&x=1",
    "https://h.example/?token=«token|Zq7?a=b»&x=1",
    "https://h.example/?token=«token|%zz%»",
    "https://h.example/?token=«token|Zq7%26open»&x=1",
    "https://h.example/?x=%26token%3D«token|Zq7vR8wK»",
    "https://h.example/?to=%2fb%3fx%3D1%26token%3d«token|Zq7vR8wK»",
    "https://h.example/?to=%2fb%253ftoken%253d«token|Zq7vR8wK»",
    "to https%3A%2F%2Fh.example%2F%3Fsid%3d«session|open»%26x%3D1",
    "https%3a%2f%2fh.example%2f%253fsid%253D«session|open» and https%3a%2f%2fh.example",
    "https://h.example/?code=«token|Zq7vR8wK»&state=open&t=12",
    "https://h.example/?page=Zq7vR8wK&sort=name&q=100%25",
    "?token=«token|Zq7»'x",
    '?token=«token|Zq7»"x',
    "?token=«token|Zq7»<x>",
    "?token=«token|Zq7»\\x",
    "?token=«token|Zq7»;x",
    "token=ab&x=1",
    "?token=[redacted:token]&x=1",
  ],
  "header lines": [
    "Authorization: Bearer «secret|Zq7vR8wK»",
    "GET / HTTP/1.1\r\nHost: a\r\nX-Auth-Token: «token|open sesame»\r\nAccept: text/html",
    "  > Cookie: a=«cookie|1»; b=«cookie|Zq7»",
    "< Set-Cookie: sid=«cookie|Zq7»; Path=/; HttpOnly; SameSite=Lax",
    "* X-Api-Key:«key|open»",
    "-H 'X-Api-Key: «key|open sesame»'",
    '-H"X-Api-Key: «key|open»"',
    '-H "see X-Api-Key: open"',
    '--header "X-Api-Key: «key|open»"',
    "-H X-Api-Key:«key|open»",
    "Content-Type: text/html\nAccept-Language: de",
    "see X-Api-Key: open",
    "token: open",
    ">X-Api-Key: «key|open»",
    "Authorization: Bearer  «secret|Zq7vR8wK»",
    "Authorization: «secret|+open sesame x»",
    "Authorization: «secret|ab»",
    '  Cookie: "a=«cookie|open»; b=«cookie|shut»"',
    "Cookie: a=«cookie|'open'»; b=«cookie|shut»",
    'Authorization: Digest «secret|username="bob", response="6629fae49393a05397450978507c4ef1"»',
    'Cookie: a=«cookie|"open; sesame"»; b=«cookie|shut»; path=«cookie|way»; c=',
    'X-Api-Key: «key|open»", "page": 2',
    "Set-Cookie: path=«cookie|way»; Path=/; xpath=«cookie|open»; pathx=«cookie|open»",
    "Set-Cookie: a=«cookie|open»; Expires=Wed, 21 Oct 2026 07:28:00 GMT, sid=«cookie|shut»; Path=/,c=«cookie|ajar»",
    "cookies: accept, all",
    "nocookie: accept",
  ],
  commands: [
    "curl -u bob:«password|Zq7» https://h.example/",
    "curl --user bob:«password|Zq7»",
    "curl --user=bob:«password|Zq7»",
    "curl --proxy-user 'bob:«password|Zq7»'",
    "curl -u «password|open»: https://h.example/",
    'curl x -H "X-Api-Key: «key|open»" -H "Accept: a" -H \'Cookie: a=«cookie|ajar»; b=«cookie|"shut"»\' y',
    'x("curl -H \\"X-Api-Key: «key|open»\\" y")',
    'wget --header="X-Api-Key: «key|open»" --header=x',
    'curl -sS -u"bob:«password|Zq7»" x',
    "curl -s https://h.example/ -ubob:«password|Zq7»",
    "curl -b a=«cookie|1»;b=«cookie|2»",
    "-b a=«cookie|1»",
    "x('-u bob:«password|Zq7»')",
    "curl --cookie 'a=«cookie|Zq7 x»; b=«cookie|2»' x",
    'curl --cookie="a=«cookie|Zq7»" x',
    "curl -b 'a=«cookie|1»; path=«cookie|way»' x",
    "run --password «password|Zq7vR8» --page 2",
    "run --password=«password|Zq7vR8»",
    "run -password '«password|Zq7vR8»'",
    "run -password «password|Zq7vR8» x",
    "run \\\n--password «password|Zq7vR8»",
    "run --password «password|Zq7[redacted:key#2]x9»",
    "--api-key «key|Zq7vR8»",
    "run --password --page 2",
    "run --page Zq7vR8 --client-secret ab",
    "mysql -u root -p«password|Zq7» shop",
    "mysqldump -h h.example -p '«password|Zq7»' shop",
    "sshpass -p «password|Zq7» ssh h.example",
    "mongosh x -p «password|Zq7»",
    "mkdir -p build/out; mysql x | mkdir -p build",
    "machine h.example login bob password «password|Zq7vR8»",
  ],
  "schemes of credentials": [
    "Bearer «secret|Zq7vR8wK»",
    "sent Token «secret|abcdefg1», then Basic  «secret|abcdefg1»",
    "ApiKey «secret|abcdefghijklmnopqrstu»",
    "Digest «secret|Zq7+/=._~-»",
    "Bearer abcdefghijklmnopqrst and Basic training, aBearer Zq7vR8wK",
    "Bearer Zq7vR8w",
  ],
  "what was typed": [
    'page.fill("#name", "«typed|Bob Meier»")',
    "page.type( '#name' , '«typed|Bob»' )",
    'page.fill("#name","«typed|Bob»")',
    "pressSequentially('«typed|Bob»')",
    "insertText( \"«typed|it's Bob»\" ), fill('x', y)",
    "insertText('«typed|Bob»')",
    "page.fill(\"input[name='password']\", '«typed|a \\' b»')",
    'page.fill("#x", "«typed|Bob»", { timeout: 500 }), fill("«typed|Bob»", timeout=500), type("#x", "«typed|Bob»",)',
    "page.fill(selector=\"#x\", value='«typed|Bob»', ai=True), input_text(selector='#x', text = '«typed|Bob»')",
    'page.fill("#x", name), fill("#x", value=name), type(selector="#x", text = name), fill("#x", name("y"))',
    `Fill "«typed|it's Bob»" locator(x), Type "«typed|it's»" page`,
    'Fill "«typed|Bob Meier»" locator(x)',
    "Type '«typed|Bob»' locator(x)",
    'Type "«typed|Bob»" getByLabel(x), Type "«typed|Bob»" page',
    'Type "x" here',
    "Input_Text(a=1, text='«typed|Bob Meier»')",
    'inputtext(text="«typed|Bob»", x)',
    'Click "Bob", refill("x")',
  ],
  "calls with a name and a value": [
    'localStorage.setItem("auth_token", "«token|open sesame»")',
    "headers.append( 'X-Api-Key' , '«key|open»' )",
    "xhr.setRequestHeader(`X-Auth-Token`,`«token|open»`)",
    'form.put("password", "«password|open»"), m.addField("token", "«token|shut»")',
    'header("Cookie", "a=«cookie|1»; b=«cookie|Zq7»"); cookie("sid", "«session|open»")',
    'mySet("password", "«password|open»"), mySettings("password", "«password|open»"), AddTo("token", "«token|shut»")',
    'formAdd("token", "«token|open»"), x_add("token", "«token|open»")',
    'setItem("page", "open token")',
    'get("password", "open")',
  ],
  "words near a value": [
    "password: «password|hunter22»",
    "password = «password|Zq7», x",
    "motdepasse: «password|hunter22», mot_de_passe: «password|hunter33»",
    '"password": "«password|open sesame»"',
    "'password' => '«password|sesame12»'",
    '{\\"password\\": \\"«password|hunter2»\\"}',
    "&quot;password&quot;: &quot;«password|hunter2»&quot;".replace("password&quot;:", "password:"),
    "password -> «password|hunter2»; password := «password|hunter2»; password|«password|hunter2»",
    "the password is «password|hunter2».",
    "the password was «password|hunter2»! The token is set to «token|Zq7vR8wK»",
    "the password set to «password|hunter2»!!",
    "password: «password|Zq7[redacted:key#2]x9»",
    "password: «password|openSes», password: «password|sesameop», password: sesame",
    "password: «password|required1», password: «password|notnull1», password: xxxxxxxxx",
    "**password:** «password|hunter2»",
    "**password**: «password|hunter2»",
    "__password__: «password|hunter2»",
    "\u001b[33mpassword\u001b[0m=\u001b[35m«password|hunter2»",
    "\u001b[1;33mpassword\u001b[m=\u001b[1;35m«password|hunter2»",
    "password:\n    «password|hunter2»",
    "password: \r\n    «password|hunter2»",
    'password: String("«password|hunter2»")',
    'config["password"] = «password|hunter2»',
    "api key: «key|Zq7vR8wK», card number: «card|4929», account number is «account|483920»",
    "Session ID: «session|9f86d081884c7d65», account no: 483920, session idle: 9f86d081884c7d65",
    "browser session id: pbs_493285619334750002",
    "persistent_browser session id: pbs_493285619334750002",
    "my secret: «secret|bob:Zq7vR8wK»",
    "password: «password|one&two» &amp; x",
    "password: «password|one2»&lt;x",
    "password: «password|one2»&#39; x, password: «password|one3»& x",
    "password=«password|one2»&x=two",
    "pin: «otp|48392»; cvv: «card|737»; iban: «account|123»",
    "pin: 48., account number: a12, account/number: 483920",
    "the account number, the session id",
    "totp_verification_url: «address|h.ex/x»; totp_verification_url: words",
    "my cookie: «cookie|Zq7vR8»; cookie: yes",
    "cookie: no-1",
    "token: ab1, token: accept, token: «token|accept12»",
    "password: required, password: null, password: ***, password: xxx, password: •••",
    "password is wrong, password is a12, password is «password|a123»",
    "token is accepted1, token is wrong",
    "token  is accepted1",
    'password: "«password|Zq7vR8» and so on',
    "db_pass is «password|Zq7v»",
    "pass `--dry-run` on, pw is a123",
    "passwords: two, the password field",
    'password: "open\nsesame"',
  ],
  "words that speak of a value": [
    "with password «password|Zq7vR8wK» please",
    "the API key «password|Zq7vR8wK,».".replace(",»", "»,"),
    "with password openopen, token (Zq7vR8wK)",
    "Log in as bob / «password|Zq7!vR8»",
    "sign in with bob:«password|hunter2»",
    "Signing in using 'bob' / '«password|hunter2»'",
    "logged in as bob / openopen",
    "login as bob / «password|open12», login as bob / ope12, login as bob / 20261126",
    "logged in with bob / «password|Zq7!vR8», signed in as bob / «password|Zq7!vR8», logging in as bob / «password|Zq7!vR8»",
    "Enter «otp|483921» as the one-time code",
    "use «password|Zq7vR8wK» for your new password",
    "use «password|hunter22» is his login code",
    "use «password|abc!» as my pin",
    "enter words as the password, 12345678901 as the code",
    "use «password|4Zq7vR8w» as the password, page1 as the code",
    "your code is «otp|4839»",
    "Your verification code: «otp|483920» is valid for 10 minutes",
    "one-time code «otp|483920», access code=«otp|483920», PIN is «otp|4839»",
    "your code is: «otp|4839», your code:  «otp|4839», PIN is: «otp|4839», PIN  «otp|4839»",
    "your code is 48392.50, your code is 123, your code is 123456789",
    "SSN 123-45-6789".replace("123-45-6789", "«account|123-45-6789»"),
    "SSN: «account|123-45-6789», SSN#«account|123-45-6789», SSN 123-45-67890",
    "Social security number: «account|123-45-6789»",
    "the social security no. is «account|123-45-6789», not 123-45-6780",
    "social security 123-45-6789, social security no: 123-45-6789".replaceAll(
      "123-45-6789",
      "«account|123-45-6789»",
    ),
  ],
  tables: [
    "user,password\nbob,«password|open»\nal,«password|sesame»\n",
    'user;api key;note\nbob; «key|open» ;x\n"al";"«key|sesame»";y\nshort;row',
    "user\tpassword\r\nbob\t«password|open»\r\n",
    "user,password\nbob,ab\n",
    "user,password\nbob,«password|abc»\n",
    'user,password\n"Meier, Bob",«password|open»\nal,"«password|op,en»"\n"Lee, ""Al"", Jr",«password|open»\n',
    'note,password\n"two\nlines",«password|open»\n',
    "user,sid\nbob,«session|open»\n",
    "password,pin\n«password|open»,«otp|shut»\n",
    "Of May:\nuser,password\n",
    "user,note\nbob,open\n",
  ],
  "parts of a form": [
    '--b\r\nContent-Disposition: form-data; name="api_key"\r\n\r\n«key|open\r\nsesame»\r\n--b--',
    '--b\nContent-Disposition: form-data; name=code; filename="x"\nContent-Type: text/plain\nX-A: b\n\n«token|open»\n--b',
    '--b\r\nContent-Disposition: form-data; name="page"\r\n\r\nopen token\r\n--b--',
  ],
};

describe.each(Object.entries(SPECIFIED))("of %s", (_, specifications) => {
  it.each(specifications.map((each) => [each]))("%j is hidden what is marked", (specification) => {
    const { text, hidden: expected } = marked(specification);
    expect(hidden(text)).toBe(expected);
  });
});

it("letters as codes hide no name; those of other texts stay as they are", () => {
  expect(hidden("p\\u0061ssword: hunter2")).toBe("password: [redacted:password]");
  expect(hidden("p\\\\u0061ssword: hunter2")).toBe("password: [redacted:password]");
  expect(hidden("p\\u0061ge: hunter2")).toBe("p\\u0061ge: hunter2");
});

/** A text, what is looked for in every other text from then on, what is not. */
const LEARNT: [string, string[], string[]?][] = [
  ["https://bob:Zq7vR8wK@h.example/", ["Zq7vR8wK"]],
  ["https://bob:Zq7%2BR8wK@h.example/", ["Zq7+R8wK"]],
  ["https://Zq7vR8wK:@h.example/", ["Zq7vR8wK"]],
  ["Authorization: Basic Ym9iOlpxN3ZSOHdL", ["Zq7vR8wK"], ["bob:Zq7vR8w"]],
  ["Authorization: Basic OlpxN3ZSOHdL", ["Zq7vR8wK"]],
  ["Authorization: Basic WnE3dlI4d0s6", ["Zq7vR8wK"]],
  ["Authorization: Bearer b3BlbnNlc2FtZTc=", ["b3BlbnNlc2FtZTc="], ["opensesame7"]],
  ["https://h.example/?password=open+sesame+7", ["open sesame 7"]],
  ["secret: bob:Zq7vR8wK", ["bob:Zq7vR8wK", "Zq7vR8wK"]],
  ['secret: "bob:open sesame 7"', ["open sesame 7"]],
  ["secret: a:b7:Zq7vR8wK", ["b7:Zq7vR8wK"], ["x Zq7vR8wK"]],
  ["token: bob:Zq7vR8wK", ["bob:Zq7vR8wK"], ["x Zq7vR8wK"]],
  ["password: sesameopen", [], ["sesameopen"]],
  ["run --password sesameopen", [], ["sesameopen"]],
  ["run --password Zq7vR8", ["Zq7vR8"]],
  ["machine h.example login bob password Zq7vR8", ["Zq7vR8"]],
  ["machine h.example login bob password sesameopen", [], ["sesameopen"]],
  ['page.fill("#x", "Zq7vR8wK63")', ["Zq7vR8wK63"]],
  ['page.fill("#x", "Meier GmbH 7")', [], ["Meier GmbH 7"]],
];

it.each(LEARNT)("of %j other texts lose %j, and not %j", (text, learnt, left = []) => {
  const { values, note } = sink();
  redactText(text, { values, note });
  values.seal();
  for (const each of learnt) expect(values.isIn(`x ${each} y`), each).toBe(true);
  for (const each of left) expect(values.isIn(`${each} y`), each).toBe(false);
});

it.each([
  ["password: hunter2", "name near value: password"],
  ["p\\u0061ssword: hunter2", "name near value: password"],
  ["with password Zq7vR8wK", "name near value: password"],
  ["your code is 4839", "name near value: otp"],
  ["SSN 123-45-6789", "name near value: account"],
  ["Enter 483921 as the one-time code", "name near value: otp"],
  ["Log in as bob / Zq7!vR8", "name near value: password"],
  ["machine h.example login bob password Zq7vR8", "name near value: password"],
  ["secret: bob:Zq7vR8wK", "name near value: password|name near value: secret"],
  ["user,password\nbob,open", "column: password"],
  ["https://h.example/?token=open", "parameter: token"],
  ["https://bob:open@h.example/", "address: password|address: password"],
  ["X-Api-Key: open", "header: key"],
  ["Authorization: Basic Ym9iOm9wZW4=", "header: password|header: secret"],
  ["Cookie: a=1", "header: cookie"],
  ["Sec-WebSocket-Protocol: Zq7vR8wK63tM", "header: token"],
  ["curl -u bob:open", "command: password"],
  ["curl -u open:", "command: password"],
  ["mysql -popen", "command: password"],
  ["run --password open", "command: password"],
  ['form-data; name="token"\n\nopen\n', "form: token"],
  ['page.fill("open")', "typed text: typed"],
  ["AKIAIOSFODNN7EXAMPLE", "shape: key"],
])("the rule that finds %j is noted once: %s", (text, rules) => {
  const noted = sink();
  redactText(text, noted);
  expect(noted.rules.join("|")).toBe(rules);
});

it.each([
  ["Sec-WebSocket-Protocol", "v1.json, auth, «token|Zq7vR8wK63tM»"],
  ["Cookie", 'a=«cookie|"open; sesame"»; b=«cookie|"»; c='],
  ["Set-Cookie", "a=«cookie|1»; Path=/; HttpOnly\nb=«cookie|2»; path=/\nc=«cookie|3»"],
  ["X-Api-Key", "«key|abc»"],
])("of the header %s what is marked is hidden: %j", (name, specification) => {
  const { text, hidden: expected } = marked(specification);
  expect(plainTags(redactHeader(name, text, sink()) ?? "")).toBe(expected);
});

it.each([
  ["X-Api-Key", "ab"],
  ["Accept", "open"],
])("a header %s: %s stays", (name, value) => {
  expect(redactHeader(name, value, sink())).toBeNull();
});

it.each([
  ["user,password\nbob,open\n", "user,password\n"],
  ["user,note\nbob,open\n", ""],
  ["user\npassword\n", ""],
])("the head of a table with secrets: of %j it is %j", (text, head) => {
  expect(tableHead(text)).toBe(head);
});

describe("what is encoded", () => {
  it.each([
    ["base64", btoa, atob],
    ["percent codes", encodeURIComponent, decodeURIComponent],
  ])("in %s stays that, without its secrets", (_, encode, decode) => {
    const page = (data: string) => `?data=${data}&page=2, x`;
    const [, data = ""] = /=(.*)&/.exec(hiddenIn(page(encode('{"password":"hunter22"}')))) ?? [];
    expect(plainTags(decode(data))).toBe('{"password":"[redacted:password]"}');
    const harmless = page(encode('{"page":"hunter22"}').replace(/%../g, (code) => code.toLowerCase()));
    expect(hiddenIn(harmless)).toBe(harmless);
  });

  it("of a token in three parts is hidden whole", () => {
    expect(hidden(`${btoa('{"token":"xyz"}')}.Zq7vR8wK63tM.Zq7vR8wK63`)).toBe("[redacted:token]");
  });

  it.each(["eyJhbGciOiJ", "eyJhbGciOiJIUzI1", "ewogICAgAAECAwQF"])("and none: %s stays", (text) => {
    expect(hidden(text)).toBe(text);
  });
});
