/** The file is sound, but what it needs is not computed here; the message goes on from "needs". */
export class UnsupportedOnnx extends Error {}
