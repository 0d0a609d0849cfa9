import { writeArchivePages } from "../archive-pages";
import { CATALOGUE_OPTIONS, openCatalogue } from "../catalogue/open-catalogue";
import type { Command } from "../command";
import { EXIT } from "../exit-codes";
import { HOST_OPTIONS, openDestination } from "../host";

const { out, json } = HOST_OPTIONS;

export const indexCommand: Command = {
  name: "index",
  usage: "index --out DIR",
  summary: "Writes runs.csv, SHA256SUMS and index.html of an archive from its catalogue",
  options: { ...(out && { out }), ...CATALOGUE_OPTIONS, ...(json && { json }) },

  async run(given, { environment, output, version }) {
    const destination = await openDestination(given, environment);
    const catalogue = await openCatalogue(given, environment, destination);
    try {
      await writeArchivePages(catalogue, destination, version);
    } finally {
      await catalogue.close();
    }
    output.tell(`${destination.address}: runs.csv, SHA256SUMS and index.html are written`, {
      event: "indexed",
    });
    return EXIT.whole;
  },
};
