export function bucketDestination(_address: string): never {
  throw new Error("not yet");
}
