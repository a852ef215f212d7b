package dev.midstream.reassembly;

import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.answer.Answering;
import dev.midstream.reassembly.custody.Copies;
import dev.midstream.reassembly.custody.CustodyTaking;
import dev.midstream.reassembly.custody.Retransmission;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Expectations;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.store.Ledger;

/**
 * The stages of the path, made once for an engine.
 *
 * @param configuration what the operator wants
 * @param counters what is counted
 * @param events where events go
 * @param headers rewrites header fields
 * @param admission accepts, delays or drops
 * @param delivery calls agents
 * @param emission sends
 * @param resets resets both ends
 * @param custody takes octets into custody
 * @param retransmission repeats what the engine owes
 * @param remainder sends what follows from a segment but not with it
 * @param aftercare what the engine does as an end of its own
 */
record Stages(
    EngineConfiguration configuration,
    Counters counters,
    EventSink events,
    HeaderRewrite headers,
    Admission admission,
    Delivery delivery,
    Emission emission,
    ResetSender resets,
    CustodyTaking custody,
    Retransmission retransmission,
    Remainder remainder,
    Aftercare aftercare) {

  static Stages of(
      EngineConfiguration configuration,
      Ledger ledger,
      Expectations expectations,
      Copies copies,
      Counters counters,
      EventSink events) {
    HeaderRewrite headers = new HeaderRewrite(configuration, ledger, counters);
    Admission admission = new Admission(configuration, ledger, counters, events);
    Delivery delivery = new Delivery(configuration, expectations, ledger, counters, events);
    Emission emission = new Emission(configuration, counters);
    ResetSender resets = new ResetSender(configuration.reading(), counters, events);
    Answering answering = new Answering(headers.acknowledgements(), headers.windows(), counters);
    Remainder remainder =
        new Remainder(configuration.reading(), delivery, emission, answering, resets);
    CustodyTaking custody = new CustodyTaking(copies, counters);
    Retransmission retransmission = new Retransmission(emission, counters, events);
    Aftercare aftercare =
        new Aftercare(
            configuration.reading(),
            ledger,
            emission,
            custody,
            answering,
            retransmission,
            remainder);
    return new Stages(
        configuration,
        counters,
        events,
        headers,
        admission,
        delivery,
        emission,
        resets,
        custody,
        retransmission,
        remainder,
        aftercare);
  }
}
