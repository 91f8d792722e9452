/** Who HaMS says it is. */

export const HAMS_NAME = "hams";
/** The version of the WIT package and of every binding. */
export const HAMS_VERSION = "0.1.0";
