import { redactCookies, redactHeaderLine } from "./redact-headers";
import { isMixed, replaceValue, type Sink, TAGGED } from "./replace-value";
import { sensitiveName } from "./sensitive-names";

/** `curl -H "X-Api-Key: …"`, `wget --header=…` */
const HEADER_OPTION =
  /((?:^|\s)(?:-H ?|--header[ =])\\{0,3})("[^\r\n"\\]{3,4000}|'[^\r\n']{3,4000}|[^\s"']{3,4000})/g;
const HEADER_GIVEN = /^(["']?)([A-Za-z][A-Za-z0-9-]{2,60})(:[ \t]*)(.{3,})/;
const CURL_USER =
  /((?:-u|--user|--proxy-user)[ =]["']?|\bcurl\b[^\n]{0,300}? -u["']?)([^\s"':]{1,100}):([^\s"']{0,200})/g;
const CURL_COOKIE = /((?:(?:^|\s)-b|--cookie)[ =]["']?)([^\s"'=]{1,100}=[^\n"']{1,4000})/g;
/** `--password …`: what an option is called tells as much as a field. */
const OPTION = /((?:^|\s)--?([A-Za-z][\w-]{2,40})[ =]["']?)(?!-)([^\s"']{3,300})/g;
const SHORT_OPTION =
  /(\b(?:mysql\w{0,10}|mariadb|sshpass|mongo\w{0,10})\b[^\n|;&]{0,200}? -p ?["']?)([^\s"']{3,200})/g;

/** What is handed to a command: `curl -u bob:…`, `--password …`. */
export function redactCommands(text: string, sink: Sink): string {
  const hidden = (_: string, before: string, value: string) =>
    before + replaceValue("password", value, "command", sink);
  return text
    .replace(HEADER_OPTION, (whole, before: string, given: string) => {
      const header = HEADER_GIVEN.exec(given);
      return header === null ? whole : before + (redactHeaderLine(header, sink) ?? given);
    })
    .replace(CURL_USER, (_, option: string, user: string, password: string) =>
      password === ""
        ? `${option}${replaceValue("password", user, "command", sink)}:`
        : `${option}${user}:${replaceValue("password", password, "command", sink)}`,
    )
    .replace(
      CURL_COOKIE,
      (_, before: string, cookies: string) => before + redactCookies(cookies, false, sink),
    )
    .replace(OPTION, (whole, before: string, name: string, value: string) => {
      const kind = sensitiveName(name);
      return kind && !TAGGED.test(value)
        ? before + replaceValue(kind, value, "command", sink, isMixed(value))
        : whole;
    })
    .replace(SHORT_OPTION, hidden);
}
