import { catalogWords } from "@/core/text/catalog";
import { catalogOf } from "@/core/text/messages-file";
import file from "@/public/_locales/en/messages.json";

/** The command speaks English: what it says is read by programs too. */
export const ENGLISH = catalogOf(file, "en");
export const words = catalogWords(ENGLISH);
