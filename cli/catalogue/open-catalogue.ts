import { join } from "node:path";
import type { Destination } from "../destination";
import { UsageError } from "../failure";
import { FolderDestination } from "../folder-destination";
import type { Given, Options } from "../options";
import type { Catalogue } from "./catalogue";
import { postgresCatalogue } from "./postgres-catalogue";
import { sqliteCatalogue } from "./sqlite-catalogue";

export const CATALOGUE_OPTIONS: Options = {
  catalogue: {
    value: "FILE",
    help: "The catalogue of what is archived, default catalogue.sqlite in --out; RUNPACK_CATALOGUE may be postgres://…",
  },
};

const FILE_NAME = "catalogue.sqlite";

/** A postgres:// address holds a password, so it comes from the environment alone. @throws UsageError */
export function openCatalogue(
  given: Given,
  environment: NodeJS.ProcessEnv,
  destination: Destination,
): Promise<Catalogue> {
  const file = given.text("catalogue");
  if (file?.includes("://"))
    throw new UsageError("--catalogue takes a file; put the address of a database into RUNPACK_CATALOGUE.");
  const asked = file ?? environment.RUNPACK_CATALOGUE;
  if (asked !== undefined && /^postgres(?:ql)?:\/\//.test(asked)) return postgresCatalogue(asked);
  if (asked !== undefined && asked !== "") return sqliteCatalogue(asked);
  if (destination instanceof FolderDestination) return sqliteCatalogue(join(destination.address, FILE_NAME));
  throw new UsageError("--catalogue is needed with a bucket: a file, or RUNPACK_CATALOGUE=postgres://…");
}
