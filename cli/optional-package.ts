import { UsageError } from "./failure";
import { isCode } from "./work-files";

/** What only some commands need is installed by those who use them. @throws UsageError where it is not */
export async function optionalPackage<Module>(names: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!isCode(error, "ERR_MODULE_NOT_FOUND")) throw error;
    throw new UsageError(`This needs packages that are not installed: npm install ${names}`);
  }
}
