package dev.midstream.demo;

import java.util.concurrent.CountDownLatch;

/** A program that does nothing: ready at once, and ended by SIGTERM with exit code 0. */
final class StandInBox {
  private StandInBox() {}

  public static void main(String[] arguments) throws InterruptedException {
    Runtime runtime = Runtime.getRuntime();
    runtime.addShutdownHook(Thread.ofPlatform().unstarted(() -> runtime.halt(0)));
    System.out.println("midstream ready");
    new CountDownLatch(1).await();
  }
}
