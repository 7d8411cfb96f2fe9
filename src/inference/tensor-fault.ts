/** What is wrong with a message of the Open Inference Protocol; the message never shows what it holds. */
export class TensorFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TensorFault';
  }
}
