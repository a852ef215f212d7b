package dev.midstream.gateway.run;

import dev.midstream.gateway.command.Inline;
import dev.midstream.gateway.command.InlineException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.event.EventFile;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Reading;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.List;

/** Runs engines behind ports, one for each worker. */
public final class InlineRunner implements Inline {
  private final PrintWriter log;

  /** A runner that tells {@code log} what becomes of the interfaces. */
  public InlineRunner(PrintWriter log) {
    this.log = log;
  }

  @Override
  public void run(Configuration configuration, Runnable ready)
      throws InputException, IOException, InlineException {
    try (EventFile events = EventFile.open(configuration.eventsFile())) {
      Workers workers = new Workers(List.of(worker(configuration, events)));
      workers.open();
      Termination.on(workers::stop);
      ready.run();
      workers.run();
    }
  }

  private Worker worker(Configuration configuration, EventFile events) {
    SecureRandom random = new SecureRandom();
    Engine engine =
        new Engine(
            configuration.engine(Reading.EDITED),
            new HashSeed(random.nextLong(), random.nextLong()),
            PooledByteBufAllocator.DEFAULT,
            events);
    return new Worker(
        0,
        () -> Ports.open(configuration.port(), this::tell),
        engine,
        new InlineBox(engine, events));
  }

  private void tell(String line) {
    log.println("midstream: " + line);
    log.flush();
  }
}
