package dev.midstream.gateway.run;

import dev.midstream.gateway.command.Inline;
import dev.midstream.gateway.command.InlineException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.command.RecordRequest;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.event.WorkerEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Reading;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs engines behind ports, one for each worker. What changes is logged. */
public final class InlineRunner implements Inline {

  @Override
  public void run(Configuration configuration, @Nullable RecordRequest record, Runnable ready)
      throws InputException, IOException, InlineException {
    Logger log = LoggerFactory.getLogger(InlineRunner.class);
    try (Operations operations = Operations.open(configuration, record, log::info)) {
      Workers workers = new Workers(List.of(worker(configuration, operations)));
      workers.open();
      workers.list().forEach(operations::add);
      Termination.on(workers::stop);
      ready.run();
      workers.run();
    }
  }

  private static Worker worker(Configuration configuration, Operations operations) {
    SecureRandom random = new SecureRandom();
    WorkerEvents events = operations.newEvents();
    Engine engine =
        new Engine(
            configuration.engine(Reading.EDITED),
            new HashSeed(random.nextLong(), random.nextLong()),
            PooledByteBufAllocator.DEFAULT,
            events);
    return new Worker(
        0,
        () -> Ports.open(configuration.port(), operations.interfaces()),
        engine,
        new InlineBox(engine, events, box -> operations.recorded(box, engine)));
  }
}
